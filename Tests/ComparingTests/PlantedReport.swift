@testable import Comparing

/// A small report with one of everything, and what can be planted in it.
enum PlantedReport {
  static let json = """
    {
      "reportVersion": 1,
      "notebook": "shops/week",
      "edition": "2026-30",
      "title": "Shops, week 30",
      "description": "What was sold.",
      "owner": "sales",
      "tags": ["weekly"],
      "language": "en",
      "state": "done",
      "parameters": {
        "week": {"type": "int", "value": 30, "origin": "injected"},
        "region": {"type": "string", "value": "north", "origin": "default"},
        "limit": {"type": "int", "value": 10, "origin": "default"},
        "gone": {"type": "int", "value": 1, "origin": "default"},
        "token": {"type": "secret"}
      },
      "metrics": {
        "key.auc": {"value": 0.752, "format": ".3f", "direction": "higher"},
        "key.loss": {"value": 0.31, "direction": "lower"},
        "key.sold": {"value": 1200, "direction": "none"},
        "key.share": {"value": 0.5, "direction": "higher"},
        "key.margin": {"value": 5, "direction": "higher", "unit": "EUR"},
        "key.turn": {"value": 7, "direction": "none"},
        "key.wide": {"value": 8, "direction": "none", "interval": {"low": 7, "high": 9, "level": 0.95}},
        "key.before": {"value": 9, "direction": "none", "comparison": {"value": 8}},
        "key.named": {"value": 3, "label": "Threes", "direction": "none"},
        "key.away": {"value": 2, "direction": "none"}
      },
      "steps": [
        {"name": "sales", "kind": "sql", "state": "done", "rowsOut": 400, "remarks": ["40 rows had no price."],
         "tables": [
          {"title": "Sales", "data": "tables/sales.csv", "rows": 5, "totalRows": 400},
          {"data": "tables/rows.csv", "rows": 3, "totalRows": 3},
          {"data": "tables/columns.csv", "rows": 2, "totalRows": 2},
          {"data": "tables/order.csv", "rows": 4, "totalRows": 4},
          {"data": "tables/plain.csv", "rows": 4, "totalRows": 4},
          {"data": "tables/away.csv", "rows": 1, "totalRows": 1}
         ], "charts": [], "artifacts": []},
        {"name": "late", "kind": "sql", "state": "done", "remarks": [], "tables": [], "charts": [], "artifacts": []},
        {"name": "pictures", "kind": "chart", "state": "done", "remarks": [], "tables": [],
         "charts": [
          {"title": "By shop", "summary": "2 bars.", "picture": "charts/shops.svg", "data": "charts/shops.csv"},
          {"title": "By day", "summary": "3 points.", "picture": "charts/days.svg", "data": "charts/days.csv"},
          {"title": "Drawn", "summary": "1 bar.", "picture": "charts/drawn.svg", "data": "charts/drawn.csv"},
          {"summary": "A photo.", "picture": "charts/photo.png"},
          {"title": "Away", "summary": "1 bar.", "picture": "charts/away.svg", "data": "charts/away.csv"}
         ], "artifacts": []},
        {"name": "odd", "kind": "metric", "state": "done", "remarks": [], "tables": [], "charts": [], "artifacts": []},
        {"name": "out", "kind": "export", "state": "done", "remarks": [], "tables": [], "charts": [],
         "artifacts": [{"file": "artifacts/out.csv", "size": 10, "sha256": "aaaa", "rows": 2}]},
        {"name": "last", "kind": "sql", "state": "done", "remarks": [], "tables": [], "charts": [], "artifacts": []},
        {"name": "gate", "kind": "gate", "state": "done", "remarks": [], "tables": [], "charts": [], "artifacts": [],
         "verdict": {"refused": false, "refusals": [], "warnings": [], "consequence": "withhold"}},
        {"name": "alarm", "kind": "gate", "state": "done", "remarks": [], "tables": [], "charts": [], "artifacts": [],
         "verdict": {"refused": true, "refusals": ["auc 0.6 < 0.7"], "warnings": [], "consequence": "warn"}},
        {"name": "away", "kind": "sql", "state": "done", "remarks": [], "tables": [], "charts": [], "artifacts": []}
      ],
      "inputs": [
        {"entry": "shops", "path": "data/shops.csv", "size": 10, "sha256": "b1b1b1b1b1b1b1"},
        {"entry": "weeks", "path": "data/w30.csv", "size": 10, "sha256": "c1"},
        {"entry": "other", "path": "data/other.csv", "size": 10, "sha256": "d1"}
      ],
      "history": [
        {"edition": "2026-28", "metrics": {"key.auc": 0.71, "key.loss": 0.4}},
        {"edition": "2026-29", "metrics": {"key.auc": 0.72}}
      ],
      "engines": [{"name": "washi", "version": "0.1.0"}, {"name": "DuckDB", "version": "2.0.0"}],
      "diagnostics": [{"severity": "warning", "rule": "unused-parameter", "summary": "`limit` is not used"}]
    }
    """

  static let notebook = """
    ---
    title: Shops
    schedule: weekly
    ---

    # Shops, week {{ $week }}

    ```yaml parameters
    week: { type: int, default: 30 }
    region: north
    ```

    ```yaml injected-parameters
    week: 30
    ```

    A fine week with {{ key.sold }} pieces.

    ```sql step sales show=table
    SELECT *
    FROM shops
    WHERE week = $week
    ```

    ```sql step late
    SELECT 1
    ```
    """

  static let page = """
    <!doctype html>
    <html><head><title>x</title><style>p{}</style></head><body>
    <header class="masthead"><p class="series"><span>x</span></p><h1>Shops, week thirty</h1>
    <p class="lead">A fine week with 1,200 pieces.</p><dl class="tiles"><div><dt>a</dt></div></dl></header>
    <main id="main">
    <h2 id="a">The shops</h2>
    <p>Every shop counts what it sold, &lt;b&gt; and <strong>sends</strong> it at night.</p>
    <section class="step" id="s"><figure class="table"><figcaption>Sales</figcaption>
    <table><tr><td>cell</td></tr></table><p class="caption">The best ones first.</p>
    <p class="data">5 rows</p></figure><details class="how"><pre>code</pre></details></section>
    <ul><li>One thing to know.</li><li>Another thing to know.</li></ul>
    <p>This paragraph will go away.</p>
    <section class="making"><h2>How</h2><p>Owner: sales</p></section>
    </main></body></html>
    """

  static let files: [String: String] = [
    "report.json": json, "notebook.md": notebook, "index.html": page, "report.md": "# Shops",
    "tables/sales.csv":
      "shop,day,sold,price\nAda,1,10,2.5\nBob,1,12,\nCem,2,9,1\nDan,2,,4\nEve,3,7,5\n",
    "tables/rows.csv": "name,n\nx,1\ny,2\nz,3\n",
    "tables/columns.csv": "name,n,old,kind\nx,1,5,1\ny,2,6,2\n",
    "tables/order.csv": "name,n\na,1\nb,2\nc,3\nd,4\n",
    "tables/plain.csv": "size,n\n1.5,1.5\n1.5,1.5\n2.5,2.5\n2.5,2.5\n",
    "tables/away.csv": "name\nx\n",
    "charts/shops.csv": "shop,sold\nAda,10\nBob,12\n", "charts/shops.svg": "<svg>1</svg>",
    "charts/days.csv": "day,sold\n1,22\n2,9\n3,7\n", "charts/days.svg": "<svg>2</svg>",
    "charts/drawn.csv": "a,b\nx,1\n", "charts/drawn.svg": "<svg>3</svg>",
    "charts/away.csv": "a,b\nx,1\n", "charts/away.svg": "<svg>4</svg>",
    "artifacts/out.csv": "a\n1\n2\n", "charts/photo.png": "PNG 1",
  ]

  static func folder(_ files: [String: String], name: String = "new") -> ReportFolder {
    ReportFolder(name: name, files: files.mapValues { .text(Array($0.utf8)) })
  }

  /// Something planted: where, what becomes of it, and the changes that a difference must list.
  struct Plant: Sendable, CustomStringConvertible {
    var description: String
    var edits: [(file: String, from: String, to: String)]
    var expected: [String]
    var isForTogether = true

    init(
      _ description: String, _ file: String, _ from: String, _ to: String, _ expected: String...
    ) {
      self.description = description
      edits = [(file, from, to)]
      self.expected = expected
    }

    func and(_ file: String, _ from: String, _ to: String) -> Plant {
      var copy = self
      copy.edits.append((file, from, to))
      return copy
    }

    /// Not among all together: what it changes is hidden or moved by the others.
    var alone: Plant {
      var copy = self
      copy.isForTogether = false
      return copy
    }

    /// The files with the edits done; an empty `from` makes a new file.
    func applied(to files: [String: String]) -> [String: String] {
      var files = files
      for edit in edits {
        if edit.from.isEmpty {
          files[edit.file] = edit.to
        } else {
          files[edit.file] = files[edit.file]?.replacingFirst(edit.from, with: edit.to)
        }
      }
      return files
    }
  }

  static let plants: [Plant] = [
    Plant("title", "report.json", "Shops, week 30", "Shops, week 31", "fact replace title"),
    Plant(
      "description", "report.json", "What was sold.", "What we sold.", "fact replace description"),
    Plant(
      "owner", "report.json", "\"owner\": \"sales\"", "\"owner\": \"ops\"", "fact replace owner"),
    Plant("tag", "report.json", "[\"weekly\"]", "[\"weekly\", \"shops\"]", "fact replace tags"),
    Plant(
      "language", "report.json", "\"language\": \"en\"", "\"language\": \"ja\"",
      "fact replace language"),
    Plant(
      "state", "report.json", "\"language\": \"en\",\n  \"state\": \"done\"",
      "\"language\": \"en\",\n  \"state\": \"failed\"",
      "fact replace state worse"
    ).alone,
    Plant("parameter", "report.json", "\"value\": 30,", "\"value\": 31,", "parameter replace week")
      .and("notebook.md", "\nweek: 30\n", "\nweek: 31\n"),
    Plant(
      "parameter added", "report.json", "\"token\": {",
      "\"fresh\": {\"type\": \"int\", \"value\": 4}, \"token\": {",
      "parameter add fresh"),
    Plant(
      "parameter removed", "report.json",
      "    \"gone\": {\"type\": \"int\", \"value\": 1, \"origin\": \"default\"},\n", "",
      "parameter remove gone"),
    Plant(
      "parameter's type", "report.json", "\"limit\": {\"type\": \"int\"",
      "\"limit\": {\"type\": \"float\"",
      "parameter replace limit/type"),
    Plant(
      "parameter's origin", "report.json", "\"value\": \"north\", \"origin\": \"default\"",
      "\"value\": \"north\", \"origin\": \"injected\"", "parameter replace region/origin"),
    Plant("metric worse", "report.json", "0.752", "0.741", "metric replace key.auc worse"),
    Plant("metric better", "report.json", "0.31", "0.29", "metric replace key.loss better"),
    Plant(
      "metric neither", "report.json", "\"value\": 1200", "\"value\": 1300",
      "metric replace key.sold"),
    Plant(
      "metric missing", "report.json", "\"value\": 0.5", "\"value\": null",
      "metric replace key.share"),
    Plant("metric's unit", "report.json", "EUR", "JPY", "metric replace key.margin/unit"),
    Plant(
      "metric's direction", "report.json", "\"value\": 7, \"direction\": \"none\"",
      "\"value\": 7, \"direction\": \"lower\"", "metric replace key.turn/direction"),
    Plant(
      "metric's interval", "report.json", "\"low\": 7,", "\"low\": 6,",
      "metric replace key.wide/interval"),
    Plant(
      "metric's comparison", "report.json", "{\"value\": 8}", "{\"value\": 6}",
      "metric replace key.before/comparison"),
    Plant("metric's label", "report.json", "Threes", "Trios", "metric replace key.named/label"),
    Plant(
      "metric removed", "report.json",
      ",\n    \"key.away\": {\"value\": 2, \"direction\": \"none\"}", "",
      "metric remove key.away"),
    Plant(
      "metric added", "report.json", "\"metrics\": {",
      "\"metrics\": {\"key.come\": {\"value\": 1},",
      "metric add key.come"),
    Plant(
      "step's SQL", "notebook.md", "week = $week", "week = $week AND sold > 0", "source patch sales"
    ),
    Plant(
      "step's option", "notebook.md", "```sql step late", "```sql step late show=3",
      "source patch late"),
    Plant(
      "front matter", "notebook.md", "schedule: weekly", "schedule: daily",
      "source patch front matter"),
    Plant(
      "declaration", "notebook.md", "default: 30 }", "default: 29 }", "source patch parameters"),
    Plant(
      "expression of the same value", "notebook.md", "{{ key.sold }}", "{{ 1200 }}",
      "source patch text"
    ).alone,
    Plant(
      "step added", "report.json", "\"steps\": [",
      "\"steps\": [{\"name\": \"new\", \"kind\": \"sql\", \"state\": \"done\"},",
      "step add new"),
    Plant(
      "step removed", "report.json",
      ",\n    {\"name\": \"away\", \"kind\": \"sql\", \"state\": \"done\", \"remarks\": [], \"tables\": [], \"charts\": [], \"artifacts\": []}",
      "", "step remove away"),
    Plant(
      "step moved", "report.json",
      "    {\"name\": \"late\", \"kind\": \"sql\", \"state\": \"done\", \"remarks\": [], \"tables\": [], \"charts\": [], \"artifacts\": []},\n",
      "", "step move late"
    ).and(
      "report.json", "    {\"name\": \"last\",",
      "    {\"name\": \"late\", \"kind\": \"sql\", \"state\": \"done\", \"remarks\": [], \"tables\": [], \"charts\": [], \"artifacts\": []},\n    {\"name\": \"last\","
    ),
    Plant(
      "step's kind", "report.json", "\"odd\", \"kind\": \"metric\"", "\"odd\", \"kind\": \"table\"",
      "step replace odd/kind"),
    Plant(
      "step's state", "report.json", "\"last\", \"kind\": \"sql\", \"state\": \"done\"",
      "\"last\", \"kind\": \"sql\", \"state\": \"skipped\", \"because\": \"no rows\"",
      "step replace last/state",
      "step add last/because"),
    Plant(
      "step's rows", "report.json", "\"rowsOut\": 400", "\"rowsOut\": 380",
      "step replace sales/rows out"),
    Plant(
      "remark", "report.json", "40 rows had no price.", "41 rows had no price.",
      "step replace sales/remark"),
    Plant(
      "table's title", "report.json", "\"Sales\"", "\"Sales by day\"", "table replace sales/title"),
    Plant(
      "total rows", "report.json", "\"totalRows\": 400", "\"totalRows\": 380",
      "table replace sales/total rows"),
    Plant("cell", "tables/sales.csv", "Ada,1,10", "Ada,1,11", "cell replace sales/Ada/sold"),
    Plant("cell gone", "tables/sales.csv", "Eve,3,7", "Eve,3,", "cell remove sales/Eve/sold"),
    Plant("cell come", "tables/sales.csv", "Bob,1,12,", "Bob,1,12,3", "cell add sales/Bob/price"),
    Plant(
      "empty text is not missing", "tables/sales.csv", "Dan,2,,4", "Dan,2,\"\",4",
      "cell add sales/Dan/sold", "table replace sales/type/sold"),
    Plant("row added", "tables/rows.csv", "y,2\n", "y,2\nw,9\n", "row add rows/w"),
    Plant("row removed", "tables/rows.csv", "x,1\n", "", "row remove rows/x"),
    Plant(
      "column added", "tables/columns.csv", "name,n,old,kind\nx,1,5,1\ny,2,6,2\n",
      "name,n,old,kind,new\nx,1,5,1,3\ny,2,6,2,4\n", "table add columns/column/new"
    ).alone,
    Plant(
      "column removed", "tables/columns.csv", "name,n,old,kind\nx,1,5,1\ny,2,6,2\n",
      "name,n,kind\nx,1,1\ny,2,2\n", "table remove columns/column/old"
    ).alone,
    Plant(
      "columns in another order", "tables/columns.csv", "name,n,old,kind\nx,1,5,1\ny,2,6,2\n",
      "name,old,n,kind\nx,5,1,1\ny,6,2,2\n", "table move columns/columns"
    ).alone,
    Plant(
      "column's type, come and gone", "tables/columns.csv", "name,n,old,kind\nx,1,5,1\ny,2,6,2\n",
      "name,n,kind,new\nx,1,one,3\ny,2,two,4\n",
      "table add columns/column/new", "table remove columns/column/old",
      "table replace columns/type/kind",
      "cell replace columns/x/kind", "cell replace columns/y/kind"),
    Plant(
      "rows in another order", "tables/order.csv", "a,1\nb,2\nc,3\nd,4\n", "a,1\nd,4\nb,2\nc,3\n",
      "table move order/rows"),
    Plant(
      "row of a table without key", "tables/plain.csv", "2.5,2.5\n", "2.5,2.5\n2.5,2.5\n",
      "row add plain/row 5"),
    Plant(
      "table removed", "report.json",
      ",\n      {\"data\": \"tables/away.csv\", \"rows\": 1, \"totalRows\": 1}", "",
      "table remove away"),
    Plant(
      "table added", "report.json", "{\"data\": \"tables/rows.csv\"",
      "{\"data\": \"tables/come.csv\"}, {\"data\": \"tables/rows.csv\"",
      "table add come"
    ).and("tables/come.csv", "", "a\n1\n"),
    Plant("chart's point", "charts/days.csv", "2,9", "2,8", "point replace days/2/sold")
      .and("charts/days.svg", "2", "5"),
    Plant(
      "chart's point added", "charts/shops.csv", "Bob,12\n", "Bob,12\nCem,3\n",
      "point add shops/Cem"
    )
    .and("charts/shops.svg", "1", "6"),
    Plant(
      "chart's title", "report.json", "\"By day\"", "\"By weekday\"", "chart replace days/title"),
    Plant("chart drawn differently", "charts/drawn.svg", "3", "7", "chart replace drawn/picture"),
    Plant(
      "picture of another program", "charts/photo.png", "PNG 1", "PNG 2",
      "chart replace photo/picture"),
    Plant(
      "chart removed", "report.json",
      ",\n      {\"title\": \"Away\", \"summary\": \"1 bar.\", \"picture\": \"charts/away.svg\", \"data\": \"charts/away.csv\"}",
      "",
      "chart remove away"),
    Plant(
      "word", "index.html", "sends</strong> it at night", "sends</strong> it at noon",
      "prose patch Every shop counts what it sold, <b> and …"),
    Plant(
      "figure in a sentence", "index.html", "with 1,200 pieces", "with 1,300 pieces",
      "prose patch A fine week with 1,300 pieces."),
    Plant(
      "heading", "index.html", "week thirty", "week thirty-one",
      "prose patch Shops, week thirty-one"),
    Plant(
      "caption", "index.html", "The best ones first.", "The worst ones first.",
      "prose patch The worst ones first."),
    Plant(
      "item of a list", "index.html", "<li>Another",
      "<li>Now for something else entirely.</li><li>Another",
      "prose add Now for something else entirely."),
    Plant(
      "paragraph gone", "index.html", "<p>This paragraph will go away.</p>\n", "",
      "prose remove This paragraph will go away."),
    Plant(
      "input's bytes", "report.json", "b1b1b1b1b1b1b1", "b2b2b2b2b2b2b2",
      "input replace shops/data/shops.csv"),
    Plant("input's path", "report.json", "data/w30.csv", "data/w31.csv", "input replace weeks"),
    Plant(
      "input added", "report.json", "{\"entry\": \"other\"",
      "{\"entry\": \"other\", \"path\": \"data/more.csv\", \"sha256\": \"e1\"}, {\"entry\": \"other\"",
      "input add other"),
    Plant(
      "edition before added", "report.json", "{\"edition\": \"2026-29\"",
      "{\"edition\": \"2026-28b\", \"metrics\": {}}, {\"edition\": \"2026-29\"",
      "input add earlier editions/2026-28b"),
    Plant(
      "edition before removed", "report.json",
      ",\n    {\"edition\": \"2026-29\", \"metrics\": {\"key.auc\": 0.72}}", "",
      "input remove earlier editions/2026-29"
    ).alone,
    Plant(
      "edition before published anew", "report.json", "\"key.loss\": 0.4",
      "\"key.loss\": 0.5", "input replace earlier editions/2026-28/key.loss"),
    Plant(
      "edition before refused", "report.json", "\"2026-29\", \"metrics\"",
      "\"2026-29\", \"isRefused\": true, \"metrics\"",
      "input replace earlier editions/2026-29/state"),
    Plant(
      "gate refuses", "report.json",
      "\"refused\": false, \"refusals\": []", "\"refused\": true, \"refusals\": [\"n 3 > 2\"]",
      "step replace gate/verdict worse"),
    Plant(
      "gate refuses no more", "report.json", "\"refused\": true, \"refusals\": [\"auc 0.6 < 0.7\"]",
      "\"refused\": false, \"refusals\": []", "step replace alarm/verdict better"
    ).alone,
    Plant(
      "gate refuses for another reason", "report.json", "auc 0.6 < 0.7", "auc 0.5 < 0.7",
      "step replace alarm/verdict"),
    Plant(
      "gate's consequence", "report.json", "\"consequence\": \"warn\"",
      "\"consequence\": \"withhold\"", "step replace alarm/on refusal"),
    Plant(
      "report refused", "report.json", "\"language\": \"en\",\n  \"state\": \"done\"",
      "\"language\": \"en\",\n  \"state\": \"refused\"", "fact replace state worse"
    ).alone,
    Plant("engine's version", "report.json", "\"2.0.0\"", "\"2.0.1\"", "engine replace DuckDB"),
    Plant(
      "engine added", "report.json", "\"engines\": [",
      "\"engines\": [{\"name\": \"LightGBM\", \"version\": \"4.7.0\"}, ", "engine add LightGBM"),
    Plant("artifact", "report.json", "\"aaaa\"", "\"bbbb\"", "artifact replace artifacts/out.csv")
      .and("artifacts/out.csv", "2", "3"),
    Plant(
      "warning gone", "report.json",
      "[{\"severity\": \"warning\", \"rule\": \"unused-parameter\", \"summary\": \"`limit` is not used\"}]",
      "[]", "diagnostic remove unused-parameter"),
    Plant("other file", "notes.txt", "", "hello", "file add notes.txt"),
    Plant("other words of a page", "index.html", "p{}", "p{color:red}", "file replace index.html")
      .alone,
    Plant(
      "a number in other digits", "tables/rows.csv", "z,3", "z,3.0", "file replace tables/rows.csv"
    ).alone,
  ]
}

extension String {
  /// The text with the first occurrence of a part replaced; the text must have it.
  func replacingFirst(_ part: String, with other: String) -> String {
    let (bytes, wanted) = (Array(utf8), Array(part.utf8))
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: wanted) }) else {
      return self + "\u{0}MISSING \(part)"
    }
    let whole = bytes[..<start] + Array(other.utf8) + bytes[(start + wanted.count)...]
    return String(decoding: whole, as: UTF8.self)
  }
}
