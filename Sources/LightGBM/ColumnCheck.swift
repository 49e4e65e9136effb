internal import Vocabulary

/// LightGBM aborts the process when it meets a column type it does not know, so every stream is
/// checked before it is handed over.
enum ColumnCheck {
  /// Arrow's formats for int8 to uint64, float32, float64 and bool.
  private static let accepted: Set<String> = [
    "c", "C", "s", "S", "i", "I", "l", "L", "f", "g", "b",
  ]

  static func check(_ fields: [ColumnStream.Field]) throws(LightGBMError) {
    for field in fields where !accepted.contains(field.format) {
      throw LightGBMError(
        .column,
        "column `\(field.name)` is \(description(of: field.format)), and LightGBM takes numbers and "
          + "booleans only", name: field.name,
        solutions: [
          field.format.hasPrefix("d:")
            ? "cast it to DOUBLE" : "encode it as a number, or leave it out"
        ])
    }
  }

  private static func description(of format: String) -> String {
    switch format {
    case "u", "U", "vu": "text"
    case "dictionary": "a category"
    case "n": "always null"
    case "e": "a half-precision number"
    case "z", "Z", "vz": "binary"
    case _ where format.hasPrefix("d:"): "a decimal"
    case _ where format.hasPrefix("td"): "a date"
    case _ where format.hasPrefix("ts"): "a timestamp"
    case _ where format.hasPrefix("t"): "a time or an interval"
    case _ where format.hasPrefix("+"): "nested"
    default: "of the Arrow type `\(format)`"
    }
  }
}
