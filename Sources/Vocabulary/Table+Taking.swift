extension Table {
  /// The rows at these places, in this order.
  public func taking(_ rows: [Int]) -> Table {
    Table(columns: columns.map { $0.taking(rows) })
  }
}

extension Column {
  /// The values at these places, in this order.
  public func taking(_ rows: [Int]) -> Column {
    var copy = self
    switch cells {
    case .booleans(let values): copy.cells = .booleans(rows.map { values[$0] })
    case .integers(let values): copy.cells = .integers(rows.map { values[$0] })
    case .reals(let values): copy.cells = .reals(rows.map { values[$0] })
    case .texts(let values): copy.cells = .texts(rows.map { values[$0] })
    case .dates(let values): copy.cells = .dates(rows.map { values[$0] })
    case .timestamps(let values): copy.cells = .timestamps(rows.map { values[$0] })
    }
    return copy
  }
}
