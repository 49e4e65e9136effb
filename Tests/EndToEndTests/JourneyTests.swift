import Foundation
import Testing

/// The month as the business user lives it, in a browser from the first page to the last.
@Suite struct JourneyTests {
  private static let reason: Comment =
    "there is no Chromium or no axe-core here; `Scripts/setup --tests` installs both"

  private static let notebook = """
    ---
    title: Credit default, monthly
    description: Scores the month's applications.
    edition: "{{ strftime($target_date, '%Y-%m') }}"
    schedule:
      cron: "0 6 1 * *"
      timezone: Asia/Tokyo
      parameters: { target_date: "{{ $scheduled - INTERVAL 1 MONTH }}" }
    catalog:
      applications:
        path: "data/{{ strftime($target_date, '%Y%m%d') }}.csv"
        upload: true
        arrival: true
        columns: { id: BIGINT, age: BIGINT, bad: BIGINT }
    ---

    # Credit default, {{ strftime($target_date, '%B %Y') }}

    ```yaml parameters
    target_date: { type: month, default: 2021-01, description: Month to score }
    segment:     { type: string, default: all, choices: [all, retail, card], description: Who }
    limit:       { type: float, default: 0.5, min: 0, max: 1, description: Share that is too much }
    ```

    ```sql step rows
    SELECT id, age, bad FROM applications WHERE $segment <> '' AND age < 200 * (1 + $limit)
    ```

    ```sql step scores show=5
    SELECT id, round(1 / (1 + exp((age - 40) / 10.0)), 3) AS score FROM rows ORDER BY id
    ```

    ```yaml step headline
    { uses: metric, label: Share of bad loans, value: "{{ (SELECT avg(bad) FROM rows) }}", format: .1% }
    ```

    ```yaml step model
    uses: train
    table: rows
    target: bad
    id: id
    split: { test: 0.3, seed: 1 }
    algorithm: logistic_regression
    ```

    ```yaml step quality
    { uses: evaluate, model: model }
    ```

    ```yaml step registered
    { uses: register, model: model, name: credit, metrics: quality, aliases: [challenger] }
    ```

    ```yaml step kept
    { uses: export, table: scores, path: predictions.csv }
    ```
    """

  private func rows(_ seed: Int) -> String {
    "id,age,bad\n"
      + (1...60).map { "\($0),\(20 + ($0 * 7 + seed) % 50),\(($0 * 7 + seed) % 50 < 18 ? 1 : 0)" }
      .joined(separator: "\n") + "\n"
  }

  @Test(
    .enabled(if: Browser.installed != nil || Browser.isDemanded, reason), .timeLimit(.minutes(10)))
  func leadsFromSigningInToSigningOut() async throws {
    let browser = try #require(Browser.installed, Self.reason)
    let shop = try Workshop()
    try shop.write("notebooks/credit/monthly.md", Self.notebook)
    try shop.write("data/20201201.csv", rows(3))
    let earlier = try shop.washi(
      "run", "notebooks/credit/monthly.md", "-p", "target_date", "2020-12")
    try #require(earlier.status == 0, "\(earlier.errors)")
    try shop.write("feb.csv", rows(11))
    let added = try shop.run(
      "sh",
      [
        "-c", "printf 'correct horse battery\\n' | \"$0\" serve user add ada --role admin",
        Workshop.executable.path,
      ])
    try #require(added.status == 0, "\(added.errors)")
    let server = try await Server(in: shop)
    let home = "http://127.0.0.1:\(server.port)"
    let page = try DevTools(browser, in: shop.folder)
    try page.allowDownloads(to: shop.folder.appending(path: "downloads"))
    try page.show(width: 1200, .light)

    // Sign in: a wrong password first.
    try await page.open(home + "/")
    try await page.wait(until: "location.pathname === '/signin'")
    try await page.type("ada", into: "input[name=name]")
    try await page.type("wrong horse battery", into: "input[name=password]")
    try await page.click("main button")
    try await page.wait(until: "document.body.innerText.includes('is wrong')")
    try page.picture("signin")
    try await page.type("ada", into: "input[name=name]")
    try await page.type("correct horse battery", into: "input[name=password]")
    try page.press("Enter")
    try await page.wait(until: "location.pathname === '/' && document.querySelector('table')")
    try page.picture("front")

    // Upload, fill the form, run.
    try await page.click("main a", saying: "Credit default, monthly")
    try await page.wait(until: "document.querySelector('#p-target_date')")
    #expect(try page.text("document.querySelector('#p-target_date').type") == "month")
    #expect(try page.text("document.querySelector('#p-limit').max") == "1")
    try await page.type("2021-02", into: "#p-target_date")
    try page.evaluate("document.querySelector('#p-segment').value = 'retail'")
    try await page.choose(shop.folder.appending(path: "feb.csv"), for: "input[type=file]")
    try page.picture("notebook")
    try await page.click("button[value=check]")
    try await page.wait(until: "document.body.innerText.includes('What it will read and do')")
    #expect(try page.text("document.querySelector('#p-segment').value") == "retail")
    #expect(try page.text("document.body.innerText").contains("feb.csv"))
    try page.picture("checked")
    try await page.click("button[value=run]")

    // Watch it finish.
    try await page.wait(until: "location.pathname.startsWith('/runs/')")
    try page.picture("running")
    try await page.wait(until: "document.body.innerText.includes('The report is published.')")
    try page.picture("run")
    #expect(try page.text("document.querySelector('main').innerText").contains("headline"))

    // Read the report, as it is stored.
    try await page.click("a.button", saying: "Read the report")
    try await page.wait(until: "document.querySelector('iframe')")
    let shown = try page.text("fetch(document.querySelector('iframe').src).then(r => r.text())")
    #expect(shown == (try shop.read("output/credit/monthly/2021-02/v1/index.html")))
    try await Task.sleep(for: .milliseconds(300))
    try page.picture("report")

    // Download the predictions.
    let saved = shop.folder.appending(path: "downloads/predictions.csv")
    let isOpen = """
      String([...document.querySelectorAll('details a')]
        .find(link => link.textContent.includes('predictions.csv')).closest('details').open)
      """
    // The frame may still be finding its height: who clicked beside the link clicks again.
    for _ in 0..<8 where !FileManager.default.fileExists(atPath: saved.path) {
      if try page.text(isOpen) != "true" {
        try await page.click("summary", saying: "Download")
      }
      try await page.click("details a", saying: "predictions.csv")
      for _ in 0..<60 where !FileManager.default.fileExists(atPath: saved.path) {
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    #expect(
      try String(contentsOf: saved, encoding: .utf8)
        == (try shop.read("output/credit/monthly/2021-02/v1/artifacts/predictions.csv")))

    // Compare with the month before.
    try await page.click("main a", saying: "What changed")
    try await page.wait(until: "document.querySelector('iframe[src^=\"/compare/page\"]')")
    let difference = try page.text(
      "fetch(document.querySelector('iframe').src).then(r => r.text())")
    #expect(difference.contains("headline"))
    try await Task.sleep(for: .milliseconds(300))
    try page.picture("compare")

    // Promote the model that the run has registered.
    try await page.click("nav a", saying: "Models")
    try await page.wait(until: "location.pathname === '/models'")
    try page.picture("models")
    try await page.click("main a", saying: "credit")
    try await page.wait(until: "location.pathname === '/models/credit'")
    try await page.click("form.choose button")
    try await page.wait(until: "location.pathname === '/models/credit/promote'")
    try await page.type("Better on February", into: "#because")
    try page.picture("promote")
    try await page.click("button.main", saying: "the champion")
    try await page.wait(until: "location.pathname === '/models/credit'")
    #expect(
      try page.text("document.querySelector('main').innerText").contains("Better on February"))
    try page.picture("model")
    #expect(try shop.washi("models").output.contains("champion v2"))

    // How it looks to others.
    for (name, path) in [
      ("front", "/"), ("notebook", "/notebooks/credit/monthly"), ("runs", "/runs"),
      ("report", "/reports/credit/monthly@2021-02"), ("history", "/history/credit/monthly"),
      ("model", "/models/credit"),
    ] {
      for (look, width, scheme, language) in [
        ("dark", 1200, Browser.Scheme.dark, "en"), ("ja", 1200, .light, "ja"),
        ("narrow", 360, .light, "en"), ("narrow-ja-dark", 360, .dark, "ja"),
      ] {
        try page.show(width: width, scheme)
        try await page.open("\(home)\(path)?lang=\(language)")
        try await page.wait(until: "document.documentElement.lang === '\(language)'")
        #expect(
          try page.evaluate("document.documentElement.scrollWidth <= innerWidth") as? Bool == true,
          "\(path) at \(width)")
        try page.picture("\(name)-\(look)")
      }
    }

    // Sign out; the way back is closed.
    try page.show(width: 1200, .light)
    try await page.open(home + "/?lang=en")
    try await page.click("header button", saying: "Sign out")
    try await page.wait(until: "location.pathname === '/signin'")
    try await page.open(home + "/runs")
    try await page.wait(until: "location.pathname === '/signin'")
    #expect(
      page.complaints.filter { !$0.contains("401") }.isEmpty, "\(page.complaints)")
    let log = try shop.read(".washi/serve/serve.db")
    #expect(!log.contains("correct horse battery"))
    #expect(server.end(by: SIGTERM) == 0)
  }
}
