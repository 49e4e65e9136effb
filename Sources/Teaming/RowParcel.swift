internal import Learning
internal import LightGBM

/// Rows on their way to a worker: features parcel by parcel, then labels and weights.
enum RowParcel {
  /// The most labels of one message.
  static let labelLimit = 1 << 20

  /// Hands over the messages that these rows make.
  static func pack(
    _ rows: TrainingRows, _ part: Part, _ send: (Frame) throws(TeamError) -> Void
  ) throws(TeamError) {
    var failure: TeamError?
    do throws(LightGBMError) {
      try PackedColumns.pack(rows.features) { bytes throws(LightGBMError) in
        do throws(TeamError) {
          try send(Frame(.rows, [part.byte] + bytes))
        } catch {
          failure = error
          throw LightGBMError(.source, "\(error)")
        }
      }
    } catch {
      throw failure ?? TeamError(.training, error.message, solutions: error.solutions)
    }
    for start in stride(from: 0, to: rows.labels.count, by: labelLimit) {
      let range = start..<min(start + labelLimit, rows.labels.count)
      var bytes = [part.byte, rows.weights == nil ? 0 : 1]
      append(rows.labels[range], to: &bytes)
      if let weights = rows.weights { append(weights[range], to: &bytes) }
      try send(Frame(.labels, bytes))
    }
  }

  private static func append(_ numbers: ArraySlice<Float>, to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + 4 * numbers.count)
    for number in numbers {
      let bits = number.bitPattern
      for shift in [0, 8, 16, 24] as [UInt32] {
        bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
    }
  }
}

/// The rows that a worker has got so far.
struct ArrivedRows {
  private let columns: [String]
  private var parcels: [Part: [PackedColumns]] = [:]
  private var labels: [Part: [Float]] = [:]
  private var weights: [Part: [Float]] = [:]
  private var counts: [Part: Int] = [:]
  /// How many there will be.
  private let announced: [Part: Int]

  init(columns: [String], for order: Order) {
    self.columns = columns
    announced = [.train: order.trainRows, .validation: order.validationRows ?? 0]
  }

  /// Takes a message of rows or labels; throws for what was not announced or makes no rows.
  mutating func take(_ frame: Frame) throws(TeamError) {
    guard let first = frame.payload.first, let part = Part(byte: first) else { throw Self.damaged }
    let limit = announced[part] ?? 0
    switch frame.kind {
    case .rows:
      do throws(LightGBMError) {
        let parcel = try PackedColumns(
          bytes: Array(frame.payload.dropFirst()), columns: columns.count)
        counts[part, default: 0] += parcel.rowCount
        guard counts[part, default: 0] <= limit else {
          throw LightGBMError(.shape, "too many rows")
        }
        parcels[part, default: []].append(parcel)
      } catch {
        throw Self.damaged
      }
    case .labels:
      guard frame.payload.count >= 2, frame.payload[1] <= 1 else { throw Self.damaged }
      let isWeighted = frame.payload[1] == 1
      let size = frame.payload.count - 2
      guard size % (isWeighted ? 8 : 4) == 0 else { throw Self.damaged }
      let count = size / (isWeighted ? 8 : 4)
      guard (labels[part]?.count ?? 0) + count <= limit else { throw Self.damaged }
      labels[part, default: []] += Self.numbers(frame.payload, from: 2, count)
      if isWeighted {
        weights[part, default: []] += Self.numbers(frame.payload, from: 2 + 4 * count, count)
      }
    default: throw Self.damaged
    }
  }

  /// The rows, when all have come; letting go of what they are made of.
  mutating func finish(
    for target: Model.Target, hasValidation: Bool
  ) throws(TeamError) -> (train: TrainingRows, validation: TrainingRows?) {
    let train = try rows(.train, target)
    let validation = hasValidation ? try rows(.validation, target) : nil
    parcels = [:]
    return (train, validation)
  }

  private func rows(_ part: Part, _ target: Model.Target) throws(TeamError) -> TrainingRows {
    let count = announced[part] ?? 0
    let labels = labels[part] ?? []
    let weights = weights[part]
    guard counts[part] ?? 0 == count, labels.count == count, weights?.count ?? count == count,
      weights?.allSatisfy({ $0 >= 0 && $0.isFinite }) ?? true
    else { throw Self.damaged }
    let areFitting =
      target.task == .regression
      ? labels.allSatisfy(\.isFinite)
      : labels.allSatisfy {
        $0 >= 0 && $0 < Float(max(2, target.classes.count)) && $0 == $0.rounded()
      }
    guard areFitting else { throw Self.damaged }
    return TrainingRows(
      features: PackedColumns.stream(of: parcels[part] ?? [], named: columns), labels: labels,
      weights: weights)
  }

  private static func numbers(_ bytes: [UInt8], from start: Int, _ count: Int) -> [Float] {
    (0..<count).map { row in
      let place = start + 4 * row
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
      return Float(bitPattern: bits)
    }
  }

  private static let damaged = TeamError(.damaged, "the rows that arrived are damaged")
}

extension Part {
  var byte: UInt8 {
    switch self {
    case .train: 0
    case .validation: 1
    case .test: 2
    }
  }

  init?(byte: UInt8) {
    switch byte {
    case 0: self = .train
    case 1: self = .validation
    default: return nil
    }
  }
}
