internal import Mustache
internal import Reporting

/// What every page knows: its language, who looks at it, and how a form proves where it comes from.
struct PageScene: Sendable {
  var say: Words
  /// Nil before anybody has signed in.
  var visitor: Visitor?
  /// What forms carry; empty before anybody has signed in.
  var formToken: String
  /// The address of the page, for the language switch and for coming back.
  var path: String
  var templates: WorkplaceTemplates
  /// Milliseconds since 1970.
  var now: Int64

  /// A whole page.
  ///
  /// `refresh` are the seconds after which a browser without script asks again; a `wide` page has
  /// no margins of text.
  func page(
    _ title: String, _ body: [HTML], refresh: Int? = nil, isWide: Bool = false
  ) -> String {
    templates.frame.render(
      WorkplaceFrame(
        lang: say.code, title: title, version: templates.version,
        skip: say("Skip to the content", "本文へ移動"),
        refresh: refresh.map {
          "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>"
        }
          ?? "",
        layout: isWide ? "workplace wide" : "workplace", header: header.serialized,
        body: body.serialized))
  }

  private var header: HTML {
    var links: [HTML] = []
    if visitor != nil {
      links = [
        link("/", say("Reports", "レポート")), link("/runs", say("Runs", "実行")),
        link("/compare", say("Compare", "比較")), link("/models", say("Models", "モデル")),
      ]
      if visitor?.isAdmin == true { links.append(link("/audit", say("Log", "記録"))) }
    }
    let other = say.isJapanese ? ("en", "English") : ("ja", "日本語")
    var right: [HTML] = [
      .tag(
        "a",
        [
          "href": "\(path)\(path.contains("?") ? "&" : "?")lang=\(other.0)", "lang": other.0,
          "hreflang": other.0,
        ], text: other.1)
    ]
    if let visitor {
      switch visitor.proof {
      case .session:
        right.append(link("/account", visitor.name))
        right.append(
          form("/signout", [.tag("button", ["class": "plain"], text: say("Sign out", "サインアウト"))]))
      case .open, .proxy, .token: right.append(.tag("span", [:], text: visitor.name))
      }
    }
    return .tag(
      "header", ["class": "top"],
      [
        .tag("a", ["href": "/", "class": "brand"], text: "Washi"),
        .tag("nav", ["aria-label": say("Main", "メイン")], links),
        .tag("div", ["class": "me"], right),
      ])
  }

  private func link(_ target: String, _ text: String) -> HTML {
    let isHere = path == target || (target != "/" && path.hasPrefix(target))
    return .tag("a", ["href": target, "aria-current": isHere ? "page" : nil], text: text)
  }

  /// A form that posts, with what proves that it comes from here.
  func form(
    _ action: String, _ content: [HTML], isUpload: Bool = false, name: String? = nil
  ) -> HTML {
    .tag(
      "form",
      [
        "method": "post", "action": action, "enctype": isUpload ? "multipart/form-data" : nil,
        "class": name,
      ],
      [.tag("input", ["type": "hidden", "name": "form", "value": formToken])] + content)
  }
}

extension HTML {
  /// A table with a caption that only listeners hear; cells are whole elements.
  static func table(
    _ caption: String, _ names: [String], numbers: Set<Int> = [], _ rows: [[HTML]]
  ) -> HTML {
    table(caption, heads: names.map { [.text($0)] }, numbers: numbers, rows)
  }

  /// The same with columns' heads that are more than text.
  static func table(
    _ caption: String, heads: [[HTML]], numbers: Set<Int> = [], _ rows: [[HTML]]
  ) -> HTML {
    let head = heads.enumerated().map { index, content in
      HTML.tag(
        "th", ["scope": "col", "class": numbers.contains(index) ? "number" : nil], content)
    }
    let table = HTML.tag(
      "table", [:],
      [
        .tag("caption", ["class": "hidden"], text: caption),
        .tag("thead", [:], [.tag("tr", [:], head)]),
        .tag("tbody", [:], rows.map { .tag("tr", [:], $0) }),
      ])
    return .tag(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption], [table])
  }

  static func cell(_ content: [HTML], _ kind: String? = nil) -> HTML {
    .tag("td", ["class": kind], content)
  }

  static func cell(_ text: String, _ kind: String? = nil) -> HTML {
    .tag("td", ["class": text.isEmpty ? "none" : kind], text: text.isEmpty ? "–" : text)
  }

  static func rowHead(_ content: [HTML]) -> HTML { .tag("th", ["scope": "row"], content) }

  static func link(_ address: String, _ text: String) -> HTML {
    .tag("a", ["href": address], text: text)
  }

  static func paragraph(_ text: String, _ kind: String? = nil) -> HTML {
    .tag("p", ["class": kind], text: text)
  }

  /// A word for a state, coloured and marked by more than its colour.
  static func state(_ state: Job.State, _ say: Words) -> HTML {
    let mark =
      switch state {
      case .queued: "◌ "
      case .running: "◐ "
      case .done: "● "
      case .failed, .refused: "✕ "
      case .cancelled: "– "
      }
    return .tag("span", ["class": "state \(state.rawValue)"], text: mark + say.state(state))
  }
}

extension String {
  /// The path of a notebook's page.
  static func notebookPath(_ name: String) -> String {
    "/notebooks/" + Address.encoded(name, slashesStay: true)
  }
}
