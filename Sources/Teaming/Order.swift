#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a step asks of a worker before it sends rows.
struct Order: Sendable, Hashable, Codable {
  /// What tells this training from others.
  var id: String
  /// The worker's place, from 0.
  var rank: Int
  /// How many workers there are.
  var count: Int
  /// How long nothing may be heard, in seconds.
  var silence: Double
  /// What is trained, as `SharedTraining` writes it.
  var training: String
  /// How many rows the worker gets to learn from.
  var trainRows: Int
  /// How many it gets to judge rounds by; nil when no worker gets any.
  var validationRows: Int?

  /// The most workers of one training.
  static let workerLimit = 64

  static func read(_ bytes: [UInt8]) throws(TeamError) -> Order {
    guard let order = try? JSONDecoder().decode(Order.self, from: Data(bytes)),
      (2...workerLimit).contains(order.count), (0..<order.count).contains(order.rank),
      (1...86_400).contains(order.silence), (1...Int(Int32.max)).contains(order.trainRows),
      (0...Int(Int32.max)).contains(order.validationRows ?? 0)
    else { throw TeamError(.damaged, "what is asked for makes no sense") }
    return order
  }

  /// The bytes that the rows of features take while the worker makes its bins of them.
  func memory(features: Int) -> Int {
    let rows = trainRows + (validationRows ?? 0)
    let (cells, isTooMany) = rows.multipliedReportingOverflow(by: max(1, features))
    return isTooMany || cells > Int.max / 16 ? .max : cells * 16
  }
}

/// The places of all workers of a training, and one's own.
struct Links: Sendable, Hashable, Codable {
  var addresses: [WorkerAddress]

  static func read(_ bytes: [UInt8], count: Int) throws(TeamError) -> Links {
    guard let links = try? JSONDecoder().decode(Links.self, from: Data(bytes)),
      links.addresses.count == count
    else { throw TeamError(.damaged, "the places of the other workers cannot be read") }
    return links
  }
}

/// How far the workers are.
struct Advance: Sendable, Hashable, Codable {
  var round: Int
  var rounds: Int
  var loss: Double
}

/// Why a worker could not do its part.
struct Trouble: Sendable, Hashable, Codable {
  var summary: String
  var solutions: [String]
  /// The worker that is gone, when it is another one's fault.
  var culprit: Int?
}

/// Bytes of a value as JSON.
func jsonBytes(_ value: some Encodable) -> [UInt8] {
  Array((try? JSONEncoder().encode(value)) ?? Data())
}

/// A value from its JSON; nil when it is none.
func value<Made: Decodable>(_ type: Made.Type, fromJSON bytes: [UInt8]) -> Made? {
  try? JSONDecoder().decode(type, from: Data(bytes))
}
