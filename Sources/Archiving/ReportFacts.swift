#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What lists of versions need of a version's `report.json`.
public struct ReportFacts: Sendable, Hashable, Decodable {
  /// The title.
  public var title: String
  /// The language of the fixed words: `en` or `ja`.
  public var language: String?
  /// How the run ended: `done`, `failed`, or `refused` by a gate.
  public var state: String?
  /// The figures by `step.metric`.
  public var metrics: [String: Figure]
  /// The steps in document order.
  public var steps: [Step]
  /// The rows that the version keeps.
  public var snapshots: [KeptRows]?

  /// Rows of a catalog entry that lie in the store of snapshots.
  public struct KeptRows: Sendable, Hashable, Decodable {
    /// The catalog entry.
    public var entry: String
    /// The files that they come from.
    public var files: [String]
    /// The digest of the Parquet file that holds them.
    public var sha256: String
    /// The size of that file.
    public var size: Int
    /// How many there are.
    public var rows: Int
  }

  /// A figure.
  public struct Figure: Sendable, Hashable, Decodable {
    /// The value; NaN and infinities when the run computed those.
    public var value: Double?
    /// What people call it.
    public var label: String?
    /// The unit.
    public var unit: String?
    /// How it is written, in the notation of `NumberFormat(parsing:)`.
    public var format: String?
    /// Which way is good: `higher`, `lower` or `none`.
    public var direction: String?
  }

  /// A step.
  public struct Step: Sendable, Hashable, Decodable {
    /// The name.
    public var name: String
    /// What it is, such as `metric`.
    public var kind: String
    /// The names of its figures, in order.
    public var metrics: [String]?
    /// The tables that it shows, in order.
    public var tables: [Shown]?

    /// Something shown, with the file of its data.
    public struct Shown: Sendable, Hashable, Decodable {
      /// The path within the version.
      public var data: String?
    }
  }

  /// The figures with their names, in the order of the report.
  public var figures: [(name: String, step: Step, figure: Figure)] {
    steps.flatMap { step in
      (step.metrics ?? []).compactMap { metric in
        let name = "\(step.name).\(metric)"
        return metrics[name].map { (name, step, $0) }
      }
    }
  }

  /// The facts in the text of a `report.json`; nil when it is none.
  public init?(parsing text: String) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let facts = try? decoder.decode(ReportFacts.self, from: Data(text.utf8)) else {
      return nil
    }
    self = facts
  }
}

extension Archive {
  /// The facts of a version; nil when its `report.json` is missing or not readable.
  public func facts(of version: Version) -> ReportFacts? {
    text("report.json", of: version).flatMap(ReportFacts.init)
  }
}
