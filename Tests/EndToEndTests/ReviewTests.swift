import Foundation
import Testing

/// Reviewing reports in git, as a user would after `washi init --git`.
@Suite struct ReviewTests {
  private static let notebook = """
    ---
    title: Sales
    edition: "{{ $month }}"
    catalog:
      sales: { path: data/sales.csv }
    ---

    ```yaml parameters
    month: { type: string, default: "2026-01" }
    least: { type: int, default: 1 }
    ```

    {{ (SELECT sum(sold) FROM big) }} pieces were sold.

    ```sql step big show=table
    SELECT shop, sold FROM sales WHERE sold >= $least ORDER BY shop
    ```

    ```yaml step bars
    uses: chart
    table: big
    mark: bar
    x: shop
    y: sold
    ```

    """

  /// A repository with one published version, or nil where git is missing.
  private func begin(_ shop: borrowing Workshop) throws -> Bool {
    guard try shop.run("git", "init", "-q", "-b", "main").status == 0 else { return false }
    try shop.write("data/sales.csv", "shop,sold\nAda,10\nBob,2\nCem,30\n")
    try shop.write("notebooks/sales.md", Self.notebook)
    try FileManager.default.createDirectory(
      at: shop.folder.appending(path: "bin"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: shop.folder.appending(path: "bin/washi"), withDestinationURL: Workshop.executable)
    try shop.write(".gitignore", "bin/\n.std*\n")
    #expect(try shop.washi("init", "--git").status == 0)
    for (name, value) in [("user.name", "a"), ("user.email", "a@b")] {
      #expect(try shop.run("git", "config", name, value).status == 0)
    }
    #expect(try shop.washi("run", "-q", "notebooks/sales.md").status == 0)
    try commit(shop)
    return true
  }

  private func commit(_ shop: borrowing Workshop) throws {
    #expect(try shop.run("git", "add", ".").status == 0)
    #expect(try shop.run("git", "commit", "-qm", "more").status == 0)
  }

  @Test func gitShowsWhatChangedInAReport() throws {
    let shop = try Workshop()
    guard try begin(shop) else { return }
    try shop.write("data/sales.csv", "shop,sold\nAda,10\nBob,2\nCem,31\n")
    #expect(try shop.washi("run", "-q", "notebooks/sales.md").status == 0)
    try commit(shop)
    let told = [
      "output/sales/2026-01/v1 → output/sales/2026-01/v2", "~ Cem: sold 30 → 31",
      "[-42-]{+43+} pieces were sold.",
    ]
    let lined = ["+Cem,31", "<svg", "<main"]
    var diff = try shop.run("git", "diff", "HEAD~1", "--", "output").output
    for text in told { #expect(diff.contains(text), "\(diff)") }
    for text in lined { #expect(!diff.contains(text)) }
    // What is no report is shown as ever.
    #expect(try shop.run("git", "diff", "HEAD~1").output.contains("-Cem,30\n+Cem,31"))
    // The way back, and what `git show` makes of it.
    diff = try shop.run("git", "diff", "HEAD", "HEAD~1").output
    #expect(diff.contains("output/sales/2026-01/v2 was removed"))
    let shown = try shop.run("git", "show", "--", "output/sales/2026-01/v2/report.json").output
    #expect(shown.contains("+step big: sql, done, 3 rows"))

    // Edited by hand: the lines. Made anew in its place: the difference.
    let page = "output/sales/2026-01/v2/tables/big.csv"
    let table = try shop.read(page)
    try shop.write(page, table.replacing("Ada", with: "\u{1B}[31mEve"))
    diff = try shop.run("git", "diff").output
    #expect(diff.contains("-Ada,10\n+␛[31mEve,10\n") && !diff.contains("→"))
    try FileManager.default.removeItem(at: shop.folder.appending(path: "output/sales/2026-01/v2"))
    try shop.write("data/sales.csv", "shop,sold\nAda,10\nBob,2\nCem,35\n")
    #expect(try shop.washi("run", "-q", "notebooks/sales.md").status == 0)
    diff = try shop.run("git", "diff", "output").output
    #expect(diff.contains("v2 before → output/sales/2026-01/v2"))
    #expect(diff.contains("~ Cem: sold 31 → 35") && !diff.contains("+Cem,35"))

    // A clone that has no Washi still shows something.
    let bare = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
    diff = try shop.run(
      "git", ["-c", "washi.program=/nowhere", "diff", "HEAD~1", "HEAD"], environment: bare
    ).output
    #expect(diff.contains("# washi does not answer: output/sales/2026-01/v2/report.json"))
    #expect(diff.contains("+Cem,31"))
  }

  @Test func theScriptComparesWithTheBase() throws {
    let shop = try Workshop()
    guard try begin(shop) else { return }
    try shop.write("notebooks/other.md", Self.notebook.replacing("Sales", with: "Other"))
    try commit(shop)
    let before = try shop.files(below: "output")
    var review = try shop.run("ci/washi-review.sh", "HEAD")
    #expect(review.status == 0, "\(review.errors)")
    #expect(review.output.hasPrefix("<!-- washi review -->\n### Reports\n\nNo notebook differs"))

    try shop.write(
      "notebooks/sales.md", Self.notebook.replacing("sold >= $least", with: "sold > $least + 1"))
    // The project file is for all notebooks.
    try shop.write("washi.yaml", "# new\n")
    try shop.write("notebooks/new`<b>`.md", Self.notebook)
    review = try shop.run("ci/washi-review.sh", "HEAD", "--", "-p", "least", "1")
    #expect(review.status == 0, "\(review.errors)")
    for text in [
      "<!-- washi diff sales@2026-01 -->", "- removed `Bob`: shop Bob, sold 2",
      "`notebooks/new__b__.md` is new", "No difference: `notebooks/other.md`",
      "<del>42</del><ins>40</ins> pieces were sold.",
    ] {
      #expect(review.output.contains(text), "\(review.output)")
    }

    // What fails is told, and the exit code says so; what cannot be run too.
    try shop.write(
      "notebooks/sales.md", Self.notebook.replacing("shop, sold FROM", with: "shop, solt FROM"))
    try shop.write(
      "notebooks/other.md",
      Self.notebook.replacing("shop, sold", with: "shop, CAST(shop AS INT) AS sold"))
    review = try shop.run("ci/washi-review.sh", "HEAD")
    #expect(review.status == 1)
    #expect(review.output.contains("`notebooks/sales.md` cannot be run"))
    #expect(review.output.contains("- `state`: done → failed"))
    #expect(try shop.run("ci/washi-review.sh", "nowhere").status == 2)
    #expect(try shop.run("ci/washi-review.sh").status == 2)
    // Nothing is left behind.
    #expect(try shop.files(below: "output") == before)
    let trees = try shop.run("git", "worktree", "list").output
    #expect(trees.split(separator: "\n").count == 1)
  }
}
