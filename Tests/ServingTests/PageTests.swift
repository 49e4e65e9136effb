import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Serving

@Suite struct PageTests {
  @Test func showsEveryStateOfTheFrontPage() async throws {
    let bench = try Bench()
    let empty = await bench.get("/")
    #expect(empty.text.contains("Sales") && empty.text.contains("none yet"))
    try bench.publish("sales/2021-01/v1", figure: 0.25)
    try bench.publish("sales/2021-02/v1", figure: 0.5)
    try bench.publish("old/2020-12/v1", title: "Old one")
    let full = await bench.get("/")
    #expect(full.text.contains("href=\"/reports/sales@2021-02/v1\""))
    #expect(full.text.contains("0.5") && full.text.contains("Amount"))
    #expect(full.text.contains("<svg"), "a sparkline over two editions")
    #expect(full.text.contains("its notebook is gone"))
    for name in bench.press.notebooks() { bench.press.set(name, nil) }
    let bare = try Bench()
    for name in bare.press.notebooks() { bare.press.set(name, nil) }
    #expect(await bare.get("/").text.contains("There is no notebook here yet"))
  }

  @Test func speaksJapaneseToWhoeverPrefersIt() async throws {
    let bench = try Bench()
    let page = await bench.get("/", ["Accept-Language": "ja,en;q=0.5"])
    #expect(page.text.contains("<html lang=\"ja\">") && page.text.contains("レポート"))
    let chosen = await bench.get("/?lang=en", ["Accept-Language": "ja"])
    #expect(chosen.text.contains("<html lang=\"en\">"))
    #expect(chosen.headers[.setCookie]?.hasPrefix("washi_lang=en") == true)
    let kept = await bench.get("/", ["Accept-Language": "ja", "Cookie": "washi_lang=en"])
    #expect(kept.text.contains("<html lang=\"en\">"))
  }

  @Test func makesAFormOfTheParametersOwnWords() async throws {
    let bench = try Bench()
    let page = await bench.get("/notebooks/sales").text
    #expect(
      page.contains("<input type=\"month\" id=\"p-month\" name=\"p.month\" value=\"2021-01\""))
    #expect(page.contains("Month to report"))
    #expect(page.contains("<option value=\"north\">north</option>"))
    #expect(page.contains("<option value=\"all\" selected>all</option>"))
    #expect(page.contains("type=\"number\"") && page.contains("min=\"1\" max=\"99\""))
    #expect(page.contains("1 to 99"))
    #expect(page.contains("type=\"file\" id=\"upload-rows\" name=\"upload.rows\""))
    #expect(page.contains("enctype=\"multipart/form-data\""))
    #expect(page.contains("name=\"p.key\"") == false, "a secret is not asked for")
    #expect(page.contains("hush") == false)
  }

  @Test func saysWhatIsWrongBesideTheForm() async throws {
    let bench = try Bench()
    try bench.write("x\n1\n", to: "data/202101.csv")
    let wrong = await bench.post("/notebooks/sales", ["p.limit": "200", "do": "run"])
    #expect(wrong.status == 422)
    #expect(wrong.text.contains("limit") && wrong.text.contains("value=\"200\""))
    let unknown = await bench.post("/notebooks/sales", ["p.lmit": "3", "do": "run"])
    #expect(unknown.status == 422)
    #expect(unknown.text.contains("limit"))
    let missing = await bench.post("/notebooks/sales", ["p.month": "2021-05", "do": "run"])
    #expect(missing.status == 422)
    #expect(missing.text.contains("data/202105.csv"))
    #expect(bench.press.started.withLock { $0 }.isEmpty)
  }

  @Test func saysWhatItWillReadAndDo() async throws {
    let bench = try Bench()
    try bench.write("x\n1\n", to: "data/202103.csv")
    let page = await bench.post("/notebooks/sales", ["p.month": "2021-03", "do": "check"])
    #expect(page.status == 200)
    #expect(page.text.contains("What it will read and do for 2021-03"))
    #expect(page.text.contains("data/202103.csv"))
  }

  @Test func escapesWhateverIsEchoed() async throws {
    let bench = try Bench()
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    let encoded = Address.encoded(attack)
    bench.press.set(
      "sales", FakePressroom.sales.replacing("title: Sales", with: "title: '<b>x</b>'"))
    let replies = [
      await bench.get("/notebooks/\(encoded)"), await bench.get("/history/\(encoded)"),
      await bench.get("/reports/x@\(encoded)/v1"), await bench.get("/runs/\(encoded)"),
      await bench.get("/notebooks/sales?p.region=\(encoded)&p.note=\(encoded)"),
      await bench.post("/notebooks/sales", ["p.note": attack, "p.limit": attack, "do": "check"]),
      await bench.post("/notebooks/sales", ["p.\(attack)": "x", "do": "check"]),
      await bench.get("/signin?back=\(encoded)"), await bench.get("/compare?new=\(encoded)"),
      await bench.get("/?lang=\(encoded)"), await bench.get("/"),
    ]
    let problem = await bench.get("/api/v1/notebooks/\(encoded)")
    #expect(problem.headers[.contentType] == "application/problem+json")
    for reply in replies {
      #expect(!reply.text.contains("<script>alert"))
      #expect(!reply.text.contains("<img src=x"))
      #expect(!reply.text.contains("<b>x</b>"))
    }
  }

  @Test func givesEveryPageItsPolicy() async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1")
    for path in ["/", "/notebooks/sales", "/reports/sales@2021-01", "/runs", "/models", "/nowhere"]
    {
      let reply = await bench.get(path)
      let policy = reply.headers[.policy] ?? ""
      #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
      #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
      #expect(reply.headers[.typeOptions] == "nosniff")
      #expect(reply.text.contains(" style=\"") == false, "no inline style: \(path)")
      #expect(reply.text.contains(" onclick=") == false)
    }
  }

  @Test func keepsAReportFromReachingThePageAroundIt() async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1")
    try bench.write(
      "<script>parent.document.body.innerHTML='x'</script>",
      to: "output/sales/2021-01/v1/index.html")
    let page = await bench.get("/reports/sales@2021-01/v1")
    #expect(page.text.contains("sandbox=\"allow-downloads\""))
    #expect(!page.text.contains("parent.document"))
    let start = try #require(page.text.range(of: "src=\"/files/"))
    let address = String(page.text[start.lowerBound...].dropFirst(5).prefix { $0 != "\"" })
    let frame = await bench.get(address)
    #expect(frame.status == 200)
    let policy = frame.headers[.policy] ?? ""
    #expect(policy.hasPrefix("sandbox allow-downloads; default-src 'none'"))
    #expect(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"))
    #expect(!policy.contains("script-src"))
  }

  @Test func opensFilesToAPassForItsPlaceAndTimeOnly() async throws {
    let bench = try Bench { $0.isOpen = false }
    try bench.publish("sales/2021-01/v1")
    try bench.publish("sales/2021-02/v1")
    let headers = try await bench.session("ada", Grant(.viewer))
    let page = await bench.get("/reports/sales@2021-01/v1", headers)
    let start = try #require(page.text.range(of: "src=\"/files/"))
    let address = String(page.text[start.lowerBound...].dropFirst(5).prefix { $0 != "\"" })
    let folder = String(address.dropLast("index.html".count))
    // A page in a sandbox sends no cookies.
    #expect(await bench.get(address).status == 200)
    #expect(await bench.get(folder + "tables/rows.csv").status == 200)
    #expect(await bench.get(folder + "../../2021-02/v1/index.html").status == 404)
    let other = folder.replacing("@2021-01", with: "@2021-02")
    #expect(await bench.get(other + "index.html").status == 410)
    #expect(
      await bench.get(folder.replacing("/files/", with: "/files/0") + "index.html").status == 410)
    bench.advance(by: 13 * 3_600_000)
    #expect(await bench.get(address).status == 410)
  }

  @Test(arguments: [
    "..%2F..%2F..%2Fwashi.yaml", "%2e%2e/report.json", ".hidden", "link.csv", "/etc/passwd",
    "artifacts", "artifacts/nothing.csv",
  ])
  func handsOutPlainFilesOfTheVersionOnly(_ name: String) async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1")
    try bench.write("secret", to: "output/sales/2021-01/v1/.hidden")
    try FileManager.default.createSymbolicLink(
      atPath: bench.folder + "/output/sales/2021-01/v1/link.csv",
      withDestinationPath: "/etc/passwd")
    #expect(await bench.get("/download/sales@2021-01/v1/\(name)").status == 404)
    let artifact = Address.encoded("../" + name)
    #expect(
      await bench.get("/api/v1/notebooks/sales/versions/2021-01/1/artifacts/\(artifact)").status
        == 404)
  }

  @Test func answersPartsAndUnchangedFiles() async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1", artifacts: ["out.csv": "0123456789"])
    let path = "/api/v1/notebooks/sales/versions/2021-01/latest/artifacts/out.csv"
    let whole = await bench.get(path)
    #expect(whole.status == 200 && whole.text == "0123456789")
    let tag = try #require(whole.headers[.eTag])
    #expect(tag == "\"\(Secret.digest("0123456789"))\"")
    #expect(await bench.get(path, ["If-None-Match": "W/\(tag)"]).status == 304)
    #expect(await bench.get(path, ["If-None-Match": "\"other\""]).status == 200)
    let part = await bench.get(path, ["Range": "bytes=2-4"])
    #expect(part.status == 206 && part.text == "234")
    #expect(part.headers[.contentRange] == "bytes 2-4/10")
    #expect(await bench.get(path, ["Range": "bytes=10-"]).status == 416)
    #expect(await bench.get(path, ["Range": "bytes=2-4", "If-Range": "\"old\""]).status == 200)
    #expect(whole.headers[.contentDisposition]?.hasPrefix("attachment") == true)
    let head = await bench.send(.head, path)
    #expect(head.status == 200 && head.bytes.isEmpty)
  }

  @Test func switchesEditionsWithoutScript() async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1")
    let reply = await bench.get("/reports?to=sales@2021-01")
    #expect(reply.status == 303 && reply.location == "/reports/sales@2021-01")
    #expect(await bench.get("/reports?to=..%2F..%2Fx").status == 404)
    #expect(await bench.get("/reports?to=%2F%2Fevil.example").status == 404)
  }

  @Test func comparesAnyTwoVersions() async throws {
    let bench = try Bench()
    #expect(await bench.get("/compare").text.contains("There must be two versions"))
    try bench.publish("sales/2021-01/v1", figure: 0.25)
    try bench.publish("sales/2021-02/v1", figure: 0.5)
    let page = await bench.get("/compare?old=sales@2021-01/v1&new=sales@2021-02/v1")
    #expect(page.text.contains("src=\"/compare/page?old=sales@2021-01%2Fv1"))
    let frame = await bench.get("/compare/page?old=sales@2021-01/v1&new=sales@2021-02/v1")
    #expect(frame.status == 200)
    #expect(frame.headers[.policy]?.hasPrefix("sandbox") == true)
    #expect(frame.text.contains("total.amount"))
    #expect(await bench.get("/compare?new=sales@2029-01/v1").status == 404)
  }

  @Test func followsFiguresOverEditions() async throws {
    let bench = try Bench()
    #expect(await bench.get("/history/sales").text.contains("Nothing has been published yet"))
    try bench.publish("sales/2021-01/v1", figure: 0.25)
    try bench.publish("sales/2021-02/v1", figure: 0.5)
    let page = await bench.get("/history/sales").text
    #expect(page.contains("total.amount") && page.contains("0.25") && page.contains("2021-02"))
    #expect(page.contains("Amount: 0.25 in 2021-01, 0.5 in 2021-02, 2 editions."))
    #expect(page.contains("href=\"/reports/sales@2021-02/v1\""))
  }
}
