import Foundation
import Parsing
import Testing

@testable import Telling

@Suite struct MessageTests {
  private static var failed: RunNews {
    var news = RunNews.example
    news.status = .failed
    (news.version, news.isNew, news.digest) = (nil, false, nil)
    news.message = "it broke"
    news.problems = ["notebooks/credit/monthly.md:7:3: it broke"]
    news.folder = ".washi/runs/x"
    return news
  }

  @Test func saysWhatHappenedInPlainText() {
    let message = Message(of: .example, for: [.success], site: "https://r.example")
    #expect(
      message.plainText == """
        Credit default, January 2021: published

        Scores of the month.

        AUC: 0.743

        credit/monthly@2021-01/v3, run by ann, 2021-02-01 06:00:11 UTC
        https://r.example/credit/monthly/2021-01/v3/index.html
        """)
  }

  @Test func speaksTheReportsLanguage() {
    var news = RunNews.example
    news.language = .japanese
    news.drifts = ["a: b"]
    let message = Message(of: news, for: [.success, .drift], title: "与信の月次報告")
    #expect(message.title == "与信の月次報告：公開しました（ドリフトあり）")
    #expect(message.footer == "credit/monthly@2021-01/v3、実行者 ann、2021-02-01 06:00:11 UTC")
  }

  @Test func saysWhyARunFailed() {
    let message = Message(of: Self.failed, for: [.failure], text: "Call Ann.")
    #expect(
      message.plainText == """
        Credit default, January 2021: failed

        Call Ann.

        - notebooks/credit/monthly.md:7:3: it broke

        AUC: 0.743

        credit/monthly@2021-01, run by ann, 2021-02-01 06:00:11 UTC
        .washi/runs/x/index.html
        """)
  }

  @Test func tellsOfDriftBesideTheRun() {
    var news = RunNews.example
    news.drifts = ["stability: the data set has drifted, 5 of 9 columns"]
    #expect(news.events == [.success, .drift])
    let message = Message(of: news, for: [.drift], figures: ["evaluation.rows", "not.there"])
    #expect(message.title == "Credit default, January 2021: published, drift found")
    #expect(message.reasons == news.drifts)
    #expect(message.figures.map(\.text) == ["4,812"])
  }

  @Test func tellsNobodyOfARunThatAPersonStopped() {
    var news = RunNews.example
    news.status = .interrupted
    #expect(news.events == [])
  }

  @Test func isJSONForPrograms() throws {
    let json = Message(of: Self.failed, for: [.failure]).json(.json)
    let facts = try #require(
      try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    #expect(facts["status"] as? String == "failed")
    #expect(facts["events"] as? [String] == ["failure"])
    #expect(
      facts["metrics"] as? [String: Double] == ["evaluation.auc": 0.7433, "evaluation.rows": 4812])
    #expect(facts["parameters"] as? [String: String] == ["target_date": "2021-01", "trials": "10"])
    #expect(facts["started_at"] as? Int64 == 1_612_159_200_000)
    #expect((facts["text"] as? String)?.hasPrefix("Credit default, January 2021: failed\n") == true)
  }

  @Test func isBlocksForSlack() throws {
    var news = Self.failed
    news.title = "<!channel> & friends"
    let json = Message(of: news, for: [.failure], text: "*see* <http://x|y>").json(.slack)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"blocks":[{"text":{"text":"❌ <!channel> & friends: failed","type":"plain_text"},"type":"header"},"#
        + #"{"text":{"text":"*see* &lt;http://x|y&gt;","type":"mrkdwn"},"type":"section"},"#
        + #"{"text":{"text":"• notebooks/credit/monthly.md:7:3: it broke","type":"mrkdwn"},"type":"section"},"#
        + #"{"fields":[{"text":"*AUC*\n0.743","type":"mrkdwn"}],"type":"section"},"#
        + #"{"elements":[{"text":"credit/monthly@2021-01, run by ann, 2021-02-01 06:00:11 UTC","type":"mrkdwn"}],"type":"context"}],"#
        + #""text":"❌ &lt;!channel&gt; &amp; friends: failed"}"#)
  }

  @Test func keepsSlacksLimits() throws {
    var news = RunNews.example
    news.title = String(repeating: "t", count: 500)
    news.description = String(repeating: "d", count: 9000)
    news.figures = (0..<60).map { .init("s.m\($0)", 1, label: "m", isTile: true) }
    let json = Message(of: news, for: [.success]).json(.slack)
    let slack = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    let blocks = try #require(slack["blocks"] as? [[String: Any]])
    #expect(blocks.count <= 50)
    for block in blocks {
      let text = (block["text"] as? [String: String])?["text"] ?? ""
      #expect(text.utf16.count <= (block["type"] as? String == "header" ? 150 : 3000))
      #expect((block["fields"] as? [Any] ?? []).count <= 10)
    }
  }

  // MARK: Mail

  /// The headers of a mail, unfolded.
  private func headers(_ mail: MailText) -> [String: String] {
    let head = String(decoding: mail.bytes, as: UTF8.self).components(separatedBy: "\n\n")[0]
    var headers: [String: String] = [:]
    for line in head.replacing("\n ", with: " ").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return headers
  }

  @Test func isAMailWithTextAndHTML() throws {
    let message = Message(of: .example, for: [.success])
    let mail = MailText(
      message, to: ["a@example.com", "b@example.com"], from: "washi@example.com", id: "run.1")
    let headers = headers(mail)
    #expect(headers["From"] == "Washi <washi@example.com>")
    #expect(headers["To"] == "a@example.com, b@example.com")
    #expect(headers["Subject"] == "Credit default, January 2021: published")
    #expect(headers["Date"] == "Mon, 1 Feb 2021 06:00:11 +0000")
    #expect(headers["Message-ID"] == "<run.1@washi.invalid>")
    #expect(headers["Auto-Submitted"] == "auto-generated")
    let text = String(decoding: mail.bytes, as: UTF8.self)
    #expect(text.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D })
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 78 })
    let parts = text.components(separatedBy: "Content-Transfer-Encoding: base64\n\n").dropFirst()
      .map { part in
        let body = part.components(separatedBy: "\n\n")[0].replacing("\n", with: "")
        return String(decoding: Data(base64Encoded: body) ?? Data(), as: UTF8.self)
      }
    #expect(parts.count == 2)
    #expect(parts.first == message.plainText.replacing("\n", with: "\r\n") + "\r\n")
    #expect(parts.last?.contains("<b>0.743</b>") == true)
    #expect(
      mail
        == MailText(
          message, to: ["a@example.com", "b@example.com"], from: "washi@example.com", id: "run.1"))
  }

  @Test func letsNothingBecomeAHeader() {
    var news = RunNews.example
    news.title = "Loans\r\nBcc: everyone@example.com\u{2028}x\u{0}"
    news.run = "r\r\nX: y"
    let mail = MailText(
      Message(of: news, for: [.success]), to: ["a@example.com"], from: nil, id: "r\nBcc: x")
    let headers = headers(mail)
    #expect(headers["Bcc"] == nil && headers["X"] == nil && headers["From"] == nil)
    #expect(headers["Subject"] == "Loans  Bcc: everyone@example.com x: published")
    #expect(headers["Message-ID"] == "<r-Bcc--x@washi.invalid>")
    let text = String(decoding: mail.bytes, as: UTF8.self)
    #expect(!text.contains("\nBcc") && !text.contains("\nX:"))
  }

  @Test(arguments: [
    "plain", "与信の月次報告、二〇二一年一月、長い題名は幾つかの語に分けられる", "é=?utf-8?q?x?=",
    String(repeating: "👩‍💻 ", count: 30), String(repeating: "long ", count: 40),
  ])
  func encodesWordsOfHeaders(text: String) {
    let lines = MailText.header("Subject", text)
    #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 0x7F } })
    var decoded = ""
    for line in lines {
      let value = line.replacing("Subject: ", with: "").trimmingCharacters(in: .whitespaces)
      guard value.hasPrefix("=?utf-8?B?") else {
        decoded += value
        continue
      }
      let data = Data(base64Encoded: String(value.dropFirst(10).dropLast(2))) ?? Data()
      // Each word is whole characters.
      #expect(String(data: data, encoding: .utf8) != nil)
      decoded += String(decoding: data, as: UTF8.self)
    }
    #expect(decoded == text.trimmingCharacters(in: .whitespaces))
  }

  @Test func escapesWhatIsHTML() {
    var news = RunNews.example
    news.title = "<script>alert(1)</script>"
    news.figures = [.init("a.b", 1, label: "<i>", text: "\"&\"", isTile: true)]
    let mail = MailText(Message(of: news, for: [.success]), to: ["a@b.c"], from: nil, id: "1")
    let html =
      String(decoding: mail.bytes, as: UTF8.self)
      .components(separatedBy: "Content-Transfer-Encoding: base64\n\n").last ?? ""
    let body = html.components(separatedBy: "\n\n")[0].replacing("\n", with: "")
    let text = String(decoding: Data(base64Encoded: body) ?? Data(), as: UTF8.self)
    #expect(text.contains("&lt;script&gt;") && !text.contains("<script>"))
    #expect(text.contains("&lt;i&gt;") && text.contains("&quot;&amp;&quot;"))
  }

  @Test func isKeptInTheOutboxAsItIs() {
    // NaN is not equal to itself.
    var (failed, news) = (Self.failed, RunNews.example)
    (failed.curves, news.curves) = ([], [])
    news.models = [.init(name: "m", number: 1, step: "s", metrics: ["average_precision": 0.5])]
    let message = Message(of: failed, for: [.failure])
    for errand in [
      Errand.notify(
        message, .webhook(.variable("HOOK"), .slack, headers: [.init("A", .literal("b"))])),
      .notify(message, .mail(to: ["a@b.c"], from: nil)), .notify(message, .command(["a", "b"])),
      .track(news, TrackingOptions(url: "http://x"), site: "https://r.example"),
      .aliases(of: "m", TrackingOptions(url: "http://x")),
    ] {
      #expect(Errand(errand.bytes) == errand)
    }
    #expect(Errand(Array("{}".utf8)) == nil)
  }
}
