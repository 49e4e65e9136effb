extension Difference {
  /// How many things of each kind are different.
  public struct Counts: Sendable, Hashable {
    /// What the report says of itself.
    public var facts = 0
    /// Parameters.
    public var parameters = 0
    /// Figures.
    public var metrics = 0
    /// Figures that are worse by their direction.
    public var worse = 0
    /// Figures that are better by their direction.
    public var better = 0
    /// Steps, their sources among them.
    public var steps = 0
    /// Tables, however many rows and cells.
    public var tables = 0
    /// Charts, however many points.
    public var charts = 0
    /// Blocks of text.
    public var blocks = 0
    /// Files that were read.
    public var inputs = 0
    /// Libraries.
    public var engines = 0
    /// Files that steps made.
    public var artifacts = 0
    /// Warnings and errors.
    public var findings = 0
    /// Files that differ without a reason above.
    public var files = 0
  }

  /// How many things of each kind are different, those within the tolerance left out.
  public var counts: Counts {
    var found: [Set<String>] = Array(repeating: [], count: Change.Kind.allCases.count)
    var numbers = Array(repeating: 0, count: Change.Kind.allCases.count)
    var counts = Counts()
    let places = Dictionary(uniqueKeysWithValues: zip(Change.Kind.allCases, 0...))
    for index in changes.indices where changes[index].verdict != .within {
      guard let place = places[changes[index].kind] else { continue }
      numbers[place] += 1
      if changes[index].kind == .metric {
        if changes[index].verdict == .worse { counts.worse += 1 }
        if changes[index].verdict == .better { counts.better += 1 }
      }
      guard let name = changes[index].path.first else { continue }
      // Neighbours are about one table or chart.
      if index > 0, changes[index - 1].kind == changes[index].kind,
        changes[index - 1].path.first == name
      {
        if changes[index - 1].verdict != .within { continue }
      }
      found[place].insert(name)
    }
    func names(_ kinds: Change.Kind...) -> Int {
      kinds.reduce(Set<String>()) { $0.union(places[$1].map { found[$0] } ?? []) }.count
    }
    func count(_ kind: Change.Kind) -> Int { places[kind].map { numbers[$0] } ?? 0 }
    counts.facts = names(.fact)
    counts.parameters = names(.parameter)
    counts.metrics = names(.metric)
    counts.steps = names(.step, .source)
    counts.tables = names(.table, .row, .cell)
    counts.charts = names(.chart, .point)
    counts.blocks = count(.prose)
    counts.inputs = count(.input)
    counts.engines = names(.engine)
    counts.artifacts = names(.artifact)
    counts.findings = names(.diagnostic)
    counts.files = names(.file)
    return counts
  }

  /// The changes in words, for a first line: `2 metrics (1 worse), 3 tables`; empty without any.
  public var summary: String {
    let counts = counts
    func part(_ noun: String, _ count: Int) -> String? {
      count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
    let verdicts = [
      counts.worse > 0 ? "\(counts.worse) worse" : nil,
      counts.better > 0 ? "\(counts.better) better" : nil,
    ].compactMap(\.self).joined(separator: ", ")
    let metrics = part("metric", counts.metrics).map {
      verdicts.isEmpty ? $0 : "\($0) (\(verdicts))"
    }
    return [
      part("fact", counts.facts), part("parameter", counts.parameters), metrics,
      part("step", counts.steps), part("table", counts.tables), part("chart", counts.charts),
      part("block", counts.blocks).map { "\($0) of text" }, part("input", counts.inputs),
      part("engine", counts.engines), part("artifact", counts.artifacts),
      part("finding", counts.findings), part("other file", counts.files),
    ].compactMap(\.self).joined(separator: ", ")
  }
}
