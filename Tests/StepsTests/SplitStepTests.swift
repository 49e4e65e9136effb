import Learning
import Testing
import Vocabulary

@testable import Steps

/// Putting rows into parts.
@Suite(.serialized) struct SplitStepTests {
  @Test func splitsInExactSharesOfEachClass() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let result = try bench.run(
      """
      ```yaml step parts
      uses: split
      table: people
      stratify: returns
      id: person
      test: 0.25
      validation: 0.25
      seed: 7
      show: table
      ```
      """)
    #expect(result.metric("train_rows")?.value == 1000)
    #expect(result.metric("test_rows")?.value == 500)
    let wrong = try bench.workspace.rows(
      """
      SELECT returns FROM parts GROUP BY returns
      HAVING abs(count(*) FILTER (part = 'test') - count(*) / 4.0) > 1
      """)
    #expect(wrong.rowCount == 0)
    // Every row keeps its own values and its place.
    let order = try bench.workspace.rows(
      "SELECT count(*) FROM (SELECT person, row_number() OVER () - 1 AS i FROM parts) WHERE person = i"
    )
    #expect(order.row(0) == [.int(2000)])
    #expect(result.exhibits.count == 2)
  }

  @Test func splitsByGroupAndByTime() throws {
    let bench = try People.bench()
    try bench.make(
      "visits",
      """
      SELECT i AS visit, 'c' || i % 40 AS client, DATE '2020-01-01' + (i * 7 % 365)::INTEGER AS day
      FROM range(1000) t(i)
      """)
    _ = try bench.run(
      "```yaml step grouped\nuses: split\ntable: visits\ngroup: client\ntest: 0.3\n```")
    let torn = try bench.workspace.rows(
      "SELECT client FROM grouped GROUP BY client HAVING count(DISTINCT part) > 1")
    #expect(torn.rowCount == 0)
    let timed = try bench.run(
      "```yaml step timed\nuses: split\ntable: visits\ntime: day\ntest: 0.3\nvalidation: 0.1\n```")
    #expect((290...310).contains(timed.metric("test_rows")?.value ?? 0))
    let late = try bench.workspace.rows(
      """
      SELECT max(day) FILTER (part = 'train') < min(day) FILTER (part = 'validation'),
        max(day) FILTER (part = 'validation') < min(day) FILTER (part = 'test')
      FROM timed
      """)
    #expect(late.row(0) == [.bool(true), .bool(true)])
    try bench.make("undated", "SELECT 1 AS x, NULL::DATE AS day")
    let error = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step u\nuses: split\ntable: undated\ntime: day\n```")
    }
    #expect(error?.diagnostic.rule == "missing-time")
  }

  @Test(arguments: [
    ("stratify: retuns", "unknown-column"), ("method: stratified", "wrong-value"),
    ("method: random\ngroup: person", "wrong-value"), ("test: 1", "bad-parameter"),
    ("test: 1.5", "wrong-value"), ("methd: time", "unknown-option"),
  ])
  func findsMistakesOfASplit(_ options: String, _ rule: String) throws {
    let bench = try People.bench()
    try bench.make("people", "SELECT * FROM (\(People.rows)) LIMIT 0")
    let found = try bench.check("```yaml step s\nuses: split\ntable: people\n\(options)\n```")
    #expect(found.map(\.rule) == [rule])
    try bench.make("parted", "SELECT 1 AS part")
    let twice = try bench.check("```yaml step s\nuses: split\ntable: parted\n```")
    #expect(twice.map(\.rule) == ["column-exists"])
  }

  /// 60 clients of 1 to 40 visits; every eighth client often buys.
  private static let visits = """
    SELECT row_number() OVER () AS visit, 'c' || c AS client,
      (n * 31 + c * 7) % 100 < CASE WHEN c % 8 = 0 THEN 60 ELSE 10 END AS buys
    FROM range(60) clients(c), LATERAL range(1 + c * 17 % 40) numbers(n)
    """

  @Test func keepsGroupsWholeAndClassesInProportion() throws {
    let bench = try People.bench()
    try bench.make("visits", Self.visits)
    _ = try bench.run(
      """
      ```yaml step parts
      uses: split
      table: visits
      group: client
      stratify: buys
      test: 0.25
      validation: 0.15
      show: table
      ```
      """)
    let torn = try bench.workspace.rows(
      "SELECT client FROM parts GROUP BY client HAVING count(DISTINCT part) > 1")
    #expect(torn.rowCount == 0)
    let shares = try bench.workspace.rows(
      """
      SELECT max(abs(rows - wanted)) < .02, max(abs(rate - .18)) < .03 FROM (
        SELECT count(*) / (SELECT count(*) FROM visits) AS rows, avg(buys::INT) AS rate,
          CASE part WHEN 'test' THEN .25 WHEN 'validation' THEN .15 ELSE .6 END AS wanted
        FROM parts GROUP BY part)
      """)
    #expect(shares.row(0) == [.bool(true), .bool(true)])
    // The order of the rows does not matter.
    try bench.make("turned", "SELECT * FROM visits ORDER BY visit DESC")
    _ = try bench.run(
      "```yaml step again\nuses: split\ntable: turned\ngroup: client\nstratify: buys\n"
        + "test: 0.25\nvalidation: 0.15\n```")
    let moved = try bench.workspace.rows("SELECT * FROM parts EXCEPT SELECT * FROM again")
    #expect(moved.rowCount == 0)
  }

  @Test func dealsRowsToFolds() throws {
    let bench = try People.bench()
    try bench.make("visits", Self.visits)
    let result = try bench.run(
      "```yaml step folded\nuses: split\ntable: visits\nfolds: 5\nstratify: buys\nid: visit\n"
        + "show: table\n```")
    #expect(result.metric("folds")?.value == 5)
    let titles = result.exhibits.compactMap { exhibit -> String? in
      if case .table(let table) = exhibit { table.title } else { nil }
    }
    #expect(titles.contains("Rows by fold"))
    let sizes = try bench.workspace.rows(
      """
      SELECT count(DISTINCT fold), min(fold), max(buyers) - min(buyers), max(rows) - min(rows)
      FROM (SELECT fold, count(*) AS rows, count(*) FILTER (buys) AS buyers FROM folded GROUP BY 1)
      """)
    #expect(sizes.row(0).prefix(2) == [.int(5), .int(1)])
    #expect(sizes.row(0).suffix(2).allSatisfy { ($0.number ?? 9) <= 1 })
    _ = try bench.run(
      "```yaml step whole\nuses: split\ntable: visits\nfolds: 4\nstratify: buys\n"
        + "group: client\n```")
    let torn = try bench.workspace.rows(
      "SELECT client FROM whole GROUP BY client HAVING count(DISTINCT fold) > 1")
    #expect(torn.rowCount == 0)
    for options in ["folds: 5\ntest: 0.2", "folds: 5\ntime: visit", "folds: 1"] {
      let found = try bench.check(
        "```yaml step x\nuses: split\ntable: visits\n\(options)\n```")
      #expect(found.map(\.rule) == ["wrong-value"], "\(options)")
    }
  }

  @Test func trainsAndComparesByFolds() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    _ = try bench.run(
      "```yaml step folded\nuses: split\ntable: people\nfolds: 4\nstratify: returns\n"
        + "id: person\n```")
    let trained = try bench.run(
      """
      ```yaml step model
      uses: train
      table: folded
      target: returns
      id: person
      split: { column: fold, test: 4, validation: [3] }
      rounds: 5
      ```
      """)
    #expect(trained.metric("test_rows")?.value == 500)
    #expect(trained.metric("train_rows")?.value == 1000)
    #expect(
      bench.workspace.models["model"]?.encoder.columns.contains { $0.name == "fold" } == false)
    let compared = try bench.run(
      """
      ```yaml step best
      uses: compare
      table: folded
      target: returns
      id: person
      folds: { column: fold }
      algorithms: [{ algorithm: lightgbm, rounds: 5 }]
      ```
      """)
    #expect(compared.metric("folds")?.value == 4)
    // The folds are those that `compare` would have made itself.
    let own = try bench.run(
      """
      ```yaml step own
      uses: compare
      table: people
      target: returns
      id: person
      folds: 4
      algorithms: [{ algorithm: lightgbm, rounds: 5 }]
      ```
      """)
    #expect(own.metric("auc")?.value == compared.metric("auc")?.value)
    for (split, rule) in [
      ("{ column: fold, test: 9 }", "bad-part"),
      ("{ column: fold, test: 1, validation: 1 }", "wrong-value"),
      ("{ column: fold, test: 1, seed: 3 }", "wrong-value"),
    ] {
      let error = #expect(throws: StepFailure.self) {
        try bench.run(
          "```yaml step m\nuses: train\ntable: folded\ntarget: returns\nsplit: \(split)\n```")
      }
      #expect(error?.diagnostic.rule == rule)
    }
  }
}
