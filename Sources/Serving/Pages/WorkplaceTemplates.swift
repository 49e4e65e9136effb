internal import Charting
internal import Mustache
public import Reporting
internal import Vocabulary

/// The frame, the style and the script of the workplace's pages: built in, or a project's own.
public struct WorkplaceTemplates: Sendable {
  /// The file names that a project's `templates/` folder may hold for the workplace.
  public static let names = ["workplace.css", "workplace.js", "workplace.mustache"]

  let frame: MustacheTemplate
  /// The whole style sheet: that of reports and charts, then the workplace's own.
  let style: String
  let script: String
  /// Names the style and the script by their content, so that browsers may keep them.
  let version: String

  /// The built-in files with some of them replaced, by file name; `base` is the style of reports.
  public init(
    overriding texts: [String: String] = [:], base: Templates = .embedded
  ) throws(ServingError) {
    func text(_ name: String, _ builtIn: [UInt8]) -> String {
      texts[name] ?? String(decoding: builtIn, as: UTF8.self)
    }
    do {
      frame = try MustacheTemplate(
        string: text("workplace.mustache", PackageResources.workplace_mustache))
    } catch {
      throw ServingError("templates/workplace.mustache: \(error)")
    }
    style =
      base.style + Chart.styleSheet + text("workplace.css", PackageResources.workplace_css)
    script = text("workplace.js", PackageResources.workplace_js)
    version = Fingerprint(combining: [style, script]).short
  }
}

/// The values that the frame takes. Stored properties all, since the template engine finds its
/// values by reflection.
struct WorkplaceFrame {
  var lang: String
  var title: String
  var version: String
  var skip: String
  var refresh: String
  var layout: String
  var header: String
  var body: String
}
