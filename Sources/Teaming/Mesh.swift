internal import LightGBM

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The lines of one worker to all others of its training: what LightGBM's sums go over.
final class Mesh: Collective {
  let rank: Int
  let count: Int
  private let lines: [Int: Line]
  private let isUnwanted: () -> Bool
  /// The worker that went away first.
  private(set) var culprit: Int?
  /// How many bytes were sent.
  private(set) var sentBytes = 0

  /// Lines by rank; `isUnwanted` is asked about ten times a second while there is nothing to do.
  init(rank: Int, count: Int, _ lines: [Int: Line], unless isUnwanted: @escaping () -> Bool) {
    self.rank = rank
    self.count = count
    self.lines = lines
    self.isUnwanted = isUnwanted
  }

  func exchange(
    _ outgoing: [[UInt8]], expecting sizes: [Int]
  ) throws(LightGBMError) -> [[UInt8]] {
    var turns = lines.sorted { $0.key < $1.key }.map { place, line in
      Turn(place, line, sending: outgoing[place], expecting: sizes[place])
    }
    while true {
      let open = turns.indices.filter { !turns[$0].isDone }
      if open.isEmpty { break }
      if isUnwanted() { throw LightGBMError(.engine, "the training was stopped") }
      var queries = open.map { turns[$0].query }
      guard unsafe poll(&queries, nfds_t(queries.count), 100) > 0 else { continue }
      for (query, index) in zip(queries, open) where query.revents != 0 {
        guard turns[index].advance(query.revents) else {
          culprit = culprit ?? turns[index].place
          throw LightGBMError(.engine, "another worker is gone")
        }
      }
    }
    sentBytes += turns.reduce(0) { $0 + $1.sent }
    var received = Array(repeating: [UInt8](), count: count)
    for turn in turns { received[turn.place] = turn.received }
    return received
  }

  /// What goes to one worker and comes from it in one exchange: the length first, so that two that are
  /// out of step notice it.
  private struct Turn {
    let place: Int
    private let line: Line
    private let outgoing: [UInt8]
    private(set) var sent = 0
    private var incoming: [UInt8]
    private var taken = 0
    private let size: Int

    init(_ place: Int, _ line: Line, sending bytes: [UInt8], expecting size: Int) {
      self.place = place
      self.line = line
      self.size = size
      outgoing = Self.head(bytes.count) + bytes
      incoming = Array(repeating: 0, count: Self.headLength + max(0, size))
    }

    private static let headLength = 4

    private static func head(_ count: Int) -> [UInt8] {
      (0..<headLength).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    private var hasSent: Bool { sent == outgoing.count }
    private var hasTaken: Bool { taken == incoming.count }
    var isDone: Bool { hasSent && hasTaken }
    var received: [UInt8] { Array(incoming.dropFirst(Self.headLength)) }
    var query: pollfd { line.query(reading: !hasTaken, writing: !hasSent) }

    /// Does what is possible now; false when the other side is gone or out of step.
    mutating func advance(_ events: Int16) -> Bool {
      if !hasSent, events & Int16(POLLOUT) != 0 {
        let count = line.write(outgoing, sent)
        guard count >= 0 else { return false }
        sent += count
      }
      guard !hasTaken else { return events & Int16(POLLERR | POLLNVAL) == 0 }
      guard events & Int16(POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0 else { return true }
      let count = line.read(into: &incoming, taken, incoming.count)
      guard count != 0 else { return false }
      if count > 0 {
        taken += count
        if taken >= Self.headLength, Array(incoming[..<Self.headLength]) != Self.head(size) {
          return false
        }
      }
      return true
    }
  }
}
