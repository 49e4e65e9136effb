internal import Parsing
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A message as the text of a mail: MIME, plain text and HTML, headers in ASCII.
///
/// Source: RFC 5322 (form), RFC 2045 to 2047 (MIME, words in headers), RFC 3834 (automatic mails).
public struct MailText: Sendable, Hashable {
  /// The mail, lines ended by a line feed as sendmail takes them.
  public let bytes: [UInt8]

  /// The mail of a message to these addresses; `id` is equal for equal mails, so that a mail that
  /// comes twice is recognised.
  public init(_ message: Message, to addresses: [String], from sender: String?, id: String) {
    let plain = message.plainText + "\n"
    let html = Self.html(message)
    let boundary = "=_washi_" + Fingerprint(combining: [id, plain, html]).short
    var lines: [String] = []
    if let sender { lines.append("From: Washi <\(Self.address(sender))>") }
    lines.append("To: " + addresses.map(Self.address).joined(separator: ",\n "))
    lines += Self.header("Subject", message.title)
    lines += [
      "Date: \(UTCTime.mailText(message.news.endedAt))",
      "Message-ID: <\(Self.token(id))@washi.invalid>",
      "Auto-Submitted: auto-generated", "X-Washi-Run: \(Self.token(message.news.run))",
      "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
    ]
    for (type, text) in [("text/plain", plain), ("text/html", html)] {
      lines += [
        "--\(boundary)", "Content-Type: \(type); charset=utf-8",
        "Content-Transfer-Encoding: base64", "",
      ]
      lines += Self.base64(Array(text.replacing("\n", with: "\r\n").utf8))
      lines.append("")
    }
    lines += ["--\(boundary)--", ""]
    bytes = Array(lines.joined(separator: "\n").utf8)
  }

  /// A header's lines: as it is when it is short and plain, else in encoded words, none of which ends within a character.
  static func header(_ name: String, _ text: String) -> [String] {
    let value = Message.line(text)
    let isPlain =
      value.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) } && !value.contains("=?")
    if isPlain, name.count + 2 + value.count <= 78 { return ["\(name): \(value)"] }
    var words: [String] = []
    var piece: [UInt8] = []
    // A line with encoded words has 76 characters at most, "=?utf-8?B?" and "?=" among them.
    func room() -> Int {
      let front = words.isEmpty ? name.utf8.count + 2 : 1
      return max(4, (76 - 12 - front) / 4 * 3)
    }
    for scalar in value.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if piece.count + bytes.count > room() {
        words.append(encodedWord(piece))
        piece = []
      }
      piece += bytes
    }
    if !piece.isEmpty { words.append(encodedWord(piece)) }
    return words.enumerated().map { $0 == 0 ? "\(name): \($1)" : " \($1)" }
  }

  private static func encodedWord(_ bytes: [UInt8]) -> String {
    "=?utf-8?B?\(Data(bytes).base64EncodedString())?="
  }

  private static func base64(_ bytes: [UInt8]) -> [String] {
    let text = Array(Data(bytes).base64EncodedString())
    return stride(from: 0, to: text.count, by: 76).map {
      String(text[$0..<min($0 + 76, text.count)])
    }
  }

  /// An address as the checker lets it through; nothing else can become a header.
  private static func address(_ text: String) -> String {
    String(
      text.filter { $0.isASCII && !$0.isWhitespace && !$0.isNewline && !"<>,;:\"\\()".contains($0) }
    )
  }

  private static func token(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "-" })
  }

  private static func html(_ message: Message) -> String {
    func escaped(_ text: String) -> String {
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;")
    }
    let color =
      switch message.news.status {
      case .done: message.events.contains(.drift) ? "#8a5a00" : "#1a6b3c"
      case .failed, .interrupted: "#a3261b"
      case .refused: "#8a5a00"
      }
    let family = "-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans JP',sans-serif"
    var body =
      "<h1 style=\"font-size:18px;margin:0 0 12px;color:\(color)\">"
      + "\(escaped(message.title))</h1>\n"
    for paragraph in message.text.split(separator: "\n\n") where !message.text.isEmpty {
      body += "<p>\(escaped(String(paragraph)).replacing("\n", with: "<br>"))</p>\n"
    }
    if !message.reasons.isEmpty {
      body +=
        "<ul>\n" + message.reasons.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>\n"
    }
    if !message.figures.isEmpty {
      body += "<table style=\"border-collapse:collapse\">\n"
      for figure in message.figures {
        body +=
          "<tr><td style=\"padding:2px 16px 2px 0\">\(escaped(figure.label))</td>"
          + "<td style=\"padding:2px 0;text-align:right\"><b>\(escaped(figure.text))</b></td></tr>\n"
      }
      body += "</table>\n"
    }
    if let link = message.link {
      body += "<p><a href=\"\(escaped(link))\">\(message.words.openReport)</a></p>\n"
    } else if let place = message.place {
      body += "<p>\(escaped(place))</p>\n"
    }
    body += "<p style=\"color:#666;font-size:12px\">\(escaped(message.footer))</p>\n"
    return "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head>\n"
      + "<body style=\"font-family:\(family);font-size:15px;line-height:1.5\">\n\(body)</body></html>\n"
  }
}
