public import Steps

extension Archive {
  /// What the editions of a notebook before this one said of some metrics: the newest version of
  /// each, oldest edition first, at most `PastEditions.limit`.
  ///
  /// Editions are in the order of their names, numbers by their value. Only editions whose names
  /// differ in their numbers alone are a series: `retail-2021-01` follows `retail-2020-12` and not
  /// `card-2020-12`. For example:
  /// `archive.past(of: "credit/monthly", before: "2021-01", keeping: ["headline.auc"])`.
  public func past(
    of notebook: String, before edition: String, keeping metrics: Set<String>
  ) -> PastEditions {
    guard !metrics.isEmpty else { return PastEditions() }
    let earlier = editions(of: notebook).filter { Self.isEarlier($0.place.edition, than: edition) }
    return PastEditions(
      earlier.suffix(PastEditions.limit).compactMap { edition in
        facts(of: edition.newest).map { facts in
          PastEditions.Edition(
            edition.place.edition, isRefused: facts.state == "refused",
            metrics: facts.metrics.compactMapValues { figure in
              figure.value.flatMap { $0.isFinite ? $0 : nil }
            })
        }
      }
    ).keeping(metrics)
  }

  /// Whether an edition comes before another one of the same series.
  public static func isEarlier(_ edition: String, than other: String) -> Bool {
    PastEditions.series(of: edition) == PastEditions.series(of: other)
      && comesBefore(edition, other)
  }
}
