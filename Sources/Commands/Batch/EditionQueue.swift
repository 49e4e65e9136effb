internal import Archiving
internal import Steps

/// The order in which the sets of a batch start: as given, but an edition after those before it in
/// its series when reports look back on them.
struct EditionQueue {
  private var waiting: [Int]
  /// By set: the sets that must have ended before it starts.
  private var predecessors: [Int: Set<Int>] = [:]
  private var ended: Set<Int> = []

  init(_ editions: [String], isOrdered: Bool) {
    waiting = Array(editions.indices)
    guard isOrdered else { return }
    for series in Dictionary(
      grouping: editions.indices, by: { PastEditions.series(of: editions[$0]) }
    )
    .values {
      let names = Set(series.map { editions[$0] })
        .sorted { Archive.isEarlier($0, than: $1) }
      // Those right before are enough: they have waited for the ones before them.
      for (before, name) in zip(names, names.dropFirst()) {
        let earlier = Set(series.filter { editions[$0] == before })
        for index in series where editions[index] == name { predecessors[index] = earlier }
      }
    }
  }

  /// The next set that may start; nil when there is none, or none yet.
  mutating func next() -> Int? {
    let place = waiting.firstIndex { ended.isSuperset(of: predecessors[$0] ?? []) }
    return place.map { waiting.remove(at: $0) }
  }

  /// Notes that a set has ended, however it did.
  mutating func end(_ index: Int) { ended.insert(index) }
}
