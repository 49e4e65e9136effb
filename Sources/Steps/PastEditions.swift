/// What earlier editions of the same notebook said: their figures, the oldest edition first.
///
/// It is an input of a run, like a file of the catalog: whoever starts the run gives it, the report
/// records it in `report.json`, and `washi verify` gives the recorded one again. An edition at or
/// after the one that runs is never in it. For example:
///
///     let before = past.editions.last?.metrics["headline.auc"]
public struct PastEditions: Sendable, Hashable {
  /// More editions than this are not looked back on.
  public static let limit = 24
  /// More editions than this are not in the table `history`.
  public static let tableLimit = 60

  /// The editions, oldest first.
  public var editions: [Edition]

  /// What an edition said.
  public struct Edition: Sendable, Hashable {
    /// The series slot, such as `2020-12`.
    public var name: String
    /// The version that said it, where that is asked for.
    public var version: Int?
    /// Whether a gate refused it.
    public var isRefused: Bool
    /// The figures by `step.metric`; those without a finite value are left out.
    public var metrics: [String: Double]

    /// An edition with its figures.
    public init(
      _ name: String, version: Int? = nil, isRefused: Bool = false, metrics: [String: Double]
    ) {
      self.name = name
      self.version = version
      self.isRefused = isRefused
      self.metrics = metrics
    }
  }

  /// A figure of an earlier edition.
  public struct Figure: Sendable, Hashable {
    /// The edition that said it.
    public var edition: String
    /// The value.
    public var value: Double
    /// Whether a gate refused that edition.
    public var isRefused: Bool

    /// A figure of an edition.
    public init(edition: String, value: Double, isRefused: Bool) {
      self.edition = edition
      self.value = value
      self.isRefused = isRefused
    }
  }

  /// These editions, oldest first; without any, the run is the first of its series.
  public init(_ editions: [Edition] = []) {
    self.editions = editions
  }

  /// What the names of a series' editions have in common: everything but the numbers.
  public static func series(of edition: String) -> [Substring] {
    edition.split { ("0"..."9").contains($0) }
  }

  /// Whether there is nothing to look back on.
  public var isEmpty: Bool { editions.isEmpty }

  /// The values that a metric had, by its full name, oldest first.
  public func figures(of metric: String) -> [Figure] {
    editions.compactMap { edition in
      edition.metrics[metric].map {
        Figure(edition: edition.name, value: $0, isRefused: edition.isRefused)
      }
    }
  }

  /// The names of the metrics that begin so, sorted.
  public func names(beginning prefix: String) -> [String] {
    Set(editions.flatMap { $0.metrics.keys.filter { $0.hasPrefix(prefix) } }).sorted()
  }

  /// The editions with only these metrics, so that a report depends on nothing that it does not use.
  public func keeping(_ names: Set<String>) -> PastEditions {
    PastEditions(
      editions.compactMap { edition in
        var edition = edition
        edition.metrics = edition.metrics.filter { names.contains($0.key) }
        edition.version = nil
        return edition.metrics.isEmpty ? nil : edition
      })
  }
}
