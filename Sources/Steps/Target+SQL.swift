internal import DuckDB
internal import Learning
internal import Vocabulary

extension Model.Target {
  /// Whether a row has a target, as an SQL condition on the column `prefix` + name.
  ///
  /// A number that is not finite teaches a regression nothing and counts as missing.
  func isKnownSQL(_ prefix: String = "") -> String {
    let name = prefix + SQLText.identifier(column)
    return task == .regression
      ? "coalesce(isfinite(CAST(\(name) AS DOUBLE)), FALSE)" : "\(name) IS NOT NULL"
  }

  /// The place of the class as a number, or the value; NULL where a class is unknown.
  func labelSQL(_ prefix: String = "") -> String {
    let name = prefix + SQLText.identifier(column)
    guard task != .regression else { return "CAST(\(name) AS DOUBLE)" }
    let cases = classes.enumerated().map { "WHEN \(SQLText.literal($1)) THEN \($0)" }
    return "CASE CAST(\(name) AS VARCHAR) \(cases.joined(separator: " ")) END"
  }

  /// The class of a place as the target's own type; an ENUM's values stay text.
  func classSQL(of place: String) -> String {
    let cases = classes.enumerated().map {
      "WHEN \($0) THEN CAST(\(SQLText.literal($1)) AS \(labelType))"
    }
    return "CASE \(place) \(cases.joined(separator: " ")) END"
  }

  /// The target's own type; an ENUM's values stay text.
  var labelType: String {
    switch FeatureColumn.Kind(typeName: type) {
    case .category, nil: "VARCHAR"
    default: type
    }
  }

  /// The columns of a prediction that hold the probability of each of several classes, all different
  /// as the engine compares names.
  var scoreColumns: [String] {
    var used: Set<String> = ["score", "label"]
    return classes.map { name in
      let base = "score_\(name)"
      var unique = base
      var number = 2
      while !used.insert(unique.lowercased()).inserted {
        unique = "\(base)_\(number)"
        number += 1
      }
      return unique
    }
  }
}
