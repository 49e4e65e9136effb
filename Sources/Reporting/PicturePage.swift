internal import Steps
internal import Vocabulary

/// What the author's own programs made, as HTML: their pictures and what they printed.
struct PicturePage {
  var words: Words

  /// A picture of somebody else's, as an image: nothing in it can run or reach the page. One that is
  /// too large for the page stands beside it.
  func html(_ exhibit: PictureExhibit, placed: PlacedExhibit) -> HTML {
    let picture = exhibit.picture
    let path = placed.picturePath.map(linkPath) ?? ""
    let name = words.picture(picture.format.rawValue.uppercased())
    let link = HTML.tag("a", ["href": path], text: "\(name) · \(byteCount(picture.bytes.count))")
    var parts: [HTML] = []
    if let title = exhibit.title { parts.append(.tag("figcaption", [:], text: title)) }
    if picture.bytes.count <= Picture.embeddedSize {
      let source = "data:\(picture.format.mediaType);base64,\(base64(picture.bytes))"
      parts.append(.tag("img", ["src": source, "alt": exhibit.alternative]))
    } else {
      parts.append(.tag("p", ["class": "caption"], text: exhibit.alternative))
    }
    parts.append(.tag("p", ["class": "data"], [link]))
    return .tag("figure", ["class": "picture"], parts)
  }

  /// What the style sheet needs for pictures, when there are some.
  static let style = """
    figure.picture img { display: block; max-width: 100%; height: auto; background: #fff; }

    """

  func html(_ exhibit: TextExhibit) -> HTML {
    let text = exhibit.lines.map { $0 + "\n" }.joined()
    var parts: [HTML] = [
      .tag(
        "pre", ["tabindex": "0", "role": "group", "aria-label": words.output(of: exhibit.id)],
        [.tag("code", [:], text: text)])
    ]
    if exhibit.lines.count < exhibit.totalLines {
      parts.append(
        .tag(
          "p", ["class": "caption"], text: words.lines(exhibit.lines.count, of: exhibit.totalLines))
      )
    }
    return .tag("figure", ["class": "output"], parts)
  }

  /// A line that leads to the report of another notebook.
  func html(_ exhibit: ReportExhibit) -> HTML {
    .tag(
      "ul", ["class": "files"],
      [
        .tag(
          "li", [:],
          [
            .tag("a", ["href": linkPath("\(exhibit.folder)/index.html")], text: exhibit.title),
            .text(" · " + words.steps(exhibit.stepCount)),
          ])
      ])
  }
}

extension ReportExhibit {
  /// The folder of a notebook's report within that of the one that has run it.
  static func folder(of step: String) -> String { "notebooks/\(step)" }

  /// The folder of the report.
  var folder: String { Self.folder(of: id) }
}
