internal import Mustache
internal import Vocabulary

/// The frames of the pages and their style: those built into the program, or a project's own.
///
/// For example: `try Templates(overriding: ["style.css": css])`.
public struct Templates: Sendable {
  /// The file names that a project's `templates/` folder may hold.
  public static let names = ["front.mustache", "page.mustache", "style.css"]

  let page: MustacheTemplate
  let front: MustacheTemplate
  /// The style of every page, without that of the charts.
  package let style: String

  /// The templates that are built in.
  public static let embedded: Templates = {
    do {
      return try Templates(overriding: [:])
    } catch {
      // The tests render every built-in template, so a broken one never leaves the workshop.
      fatalError("\(error)")
    }
  }()

  /// The built-in templates with some of them replaced, by file name.
  ///
  /// A template that does not parse, names a value that the page does not have, or is of another
  /// name than `names` is an error.
  public init(overriding texts: [String: String]) throws(TemplateError) {
    for name in texts.keys.sorted() where !Self.names.contains(name) {
      throw TemplateError(
        file: name, summary: "there is no template of this name",
        solutions: solutions(forUnknown: name, among: Self.names))
    }
    func text(_ name: String, _ builtIn: [UInt8]) -> String {
      texts[name] ?? String(decoding: builtIn, as: UTF8.self)
    }
    style = text("style.css", PackageResources.style_css)
    if style.lowercased().contains("</style") {
      throw TemplateError(
        file: "style.css", summary: "`</style` would end the style inside the page", solutions: [])
    }
    page = try Self.compiled(
      "page.mustache", text("page.mustache", PackageResources.page_mustache), PageFrame.names)
    front = try Self.compiled(
      "front.mustache", text("front.mustache", PackageResources.front_mustache), PageFrame.names)
  }

  private static func compiled(
    _ file: String, _ text: String, _ known: [String]
  ) throws(TemplateError) -> MustacheTemplate {
    try checkNames(in: text, of: file, known: known)
    do {
      return try MustacheTemplate(string: text)
    } catch let error as MustacheTemplate.ParserError {
      throw TemplateError(
        file: file, line: error.context.lineNumber,
        summary: sentence(for: error.error), solutions: [])
    } catch {
      throw TemplateError(file: file, summary: "\(error)", solutions: [])
    }
  }

  private static func sentence(for error: any Error) -> String {
    switch error as? MustacheTemplate.Error {
    case .sectionCloseNameIncorrect: "a section is closed under another name than it was opened"
    case .expectedSectionEnd: "a section is opened but never closed"
    case .unfinishedName: "a tag has no end"
    default: "the template cannot be read (\(error))"
    }
  }

  /// A missing value renders as nothing, so a misspelt name would silently empty the page.
  private static func checkNames(
    in text: String, of file: String, known: [String]
  ) throws(TemplateError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      var rest = line[...]
      while let tag = rest.firstTag {
        rest = tag.rest
        let sign = tag.content.first ?? " "
        if sign == "!" { continue }
        if "><=$%".contains(sign) {
          throw TemplateError(
            file: file, line: index + 1,
            summary: "`{{\(sign)` is not available: a template here is one file", solutions: [])
        }
        let name = String(
          tag.content.drop { "{#^/&".contains($0) || $0 == " " }
            .prefix { $0 != " " && $0 != "}" })
        if name != ".", !known.contains(name) {
          throw TemplateError(
            file: file, line: index + 1, summary: "the page has no value `\(name)`",
            solutions: solutions(forUnknown: name, among: known))
        }
      }
    }
  }
}

extension Substring {
  /// The content of the first `{{ }}` and what follows it.
  fileprivate var firstTag: (content: Substring, rest: Substring)? {
    guard let open = firstIndex(of: "{") else { return nil }
    let behind = self[open...].dropFirst()
    guard behind.first == "{" else { return behind.firstTag }
    let content = behind.dropFirst()
    guard let close = content.firstIndex(of: "}") else { return (content.prefix(40), "") }
    return (content[..<close], content[close...].drop { $0 == "}" })
  }
}
