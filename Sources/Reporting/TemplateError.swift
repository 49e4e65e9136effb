/// A template of a project that cannot be used.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The template's file name, such as `page.mustache`.
  public var file: String
  /// The line from 1, when it is known.
  public var line: Int?
  /// One sentence: what is wrong.
  public var summary: String
  /// What to do.
  public var solutions: [String]

  /// `templates/page.mustache:12: ...`
  public var description: String {
    let place = line.map { "templates/\(file):\($0)" } ?? "templates/\(file)"
    return solutions.isEmpty ? "\(place): \(summary)" : "\(place): \(summary); \(solutions[0])"
  }
}
