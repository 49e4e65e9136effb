internal import DuckDB
internal import Learning
internal import Vocabulary

extension TrainStep {
  /// The columns to learn from, without levels; columns that no model can read are findings when
  /// they were named, and left out when they were not.
  func featureColumns(
    of columns: [ColumnDescription]
  ) -> (columns: [FeatureColumn], left: [String], findings: [Diagnostic]) {
    var chosen: [FeatureColumn] = []
    var left: [String] = []
    var findings: [Diagnostic] = []
    for (description, place) in candidates(of: columns) {
      if let kind = FeatureColumn.Kind(typeName: description.engineType) {
        chosen.append(
          FeatureColumn(name: description.name, type: description.engineType, kind: kind))
      } else if let place {
        findings.append(
          .error(
            "unusable-feature",
            "`\(place.name)` is \(description.engineType), which no model can learn from",
            at: place.range,
            solutions: ["make numbers or text of it in SQL", "leave it out of `features`"]))
      } else {
        left.append(description.name)
      }
    }
    return (chosen, left, findings)
  }

  private func candidates(
    of columns: [ColumnDescription]
  ) -> [(ColumnDescription, NamedPlace?)] {
    if features.isEmpty {
      let others = [target.name, id?.name, weight?.name, reserved?.name, split.columnName]
        .compactMap { $0 }
      return columns.filter { !others.contains($0.name) }.map { ($0, nil) }
    }
    return features.compactMap { place in
      columns.first { $0.name == place.name }.map { ($0, place) }
    }
  }
}
