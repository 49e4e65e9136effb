import DuckDB
import Foundation
import HTTPTypes
import NIOCore
import Testing
import Vocabulary

@testable import Serving

/// What is kept of scored rows: Parquet by model and day, with the columns as the model reads them.
@Suite struct ScoreLogTests {
  private static func bench(at folder: String? = nil) throws -> Bench {
    let home =
      folder ?? FileManager.default.temporaryDirectory.path + "/washi-log-\(UUID().uuidString)"
    let bench = try Bench(at: home) { $0.scoreLog = "\(home)/scores" }
    if folder == nil {
      try ModelTests.register(bench, 0)
      try ModelTests.register(bench, 9)
    }
    return bench
  }

  /// The lines of a query over the files of the log, cells joined by `|`.
  private func rows(_ bench: Bench, _ select: String) throws -> [String] {
    let library = try Library.load(LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]))
    let connection = try Database(library).connect()
    let table = try connection.query(
      select.replacing("$log", with: "read_parquet('\(bench.folder)/scores/**/*.parquet')"))
    return (0..<table.rowCount).map { row in
      table.columns.map { $0[row].plainText }.joined(separator: "|")
    }
  }

  private func files(_ bench: Bench) -> [String] {
    (FileManager.default.enumerator(atPath: bench.folder + "/scores")?.allObjects as? [String] ?? [])
      .filter { $0.hasSuffix("parquet") || $0.hasSuffix("jsonl") || $0.hasSuffix("sql") }.sorted()
  }

  private static func predict(
    _ bench: Bench, _ body: String, alias: String = "v1", type: String = "application/json"
  ) async -> Bench.Reply {
    await bench.send(
      .post, "/api/v1/models/credit-default@\(alias)/predict",
      ["Content-Type": type, "X-Washi-Form": await bench.formToken()],
      body: [ByteBuffer(string: body)])
  }

  @Test func keepsRowsWithTheirScoresByModelAndDay() async throws {
    let bench = try Self.bench()
    let json = await Self.predict(bench, ScoringTests.rows)
    #expect(json.status == 200)
    let lines = ModelTests.row + "\n" + ModelTests.row.replacing("25", with: "\"26\"")
    #expect(await Self.predict(bench, lines, alias: "v2", type: "application/jsonl").status == 200)
    let csv = "home,age,married,income,note\n\"a \"\"b\"\"\",25,true,,x\n"
    #expect(await Self.predict(bench, csv, alias: "latest", type: "text/csv").status == 200)
    #expect(await Self.predict(bench, "[]").status == 200)
    await bench.workplace.scoreLog?.end()
    #expect(
      files(bench) == [
        "credit-default/2026-11-18-v1-001.parquet", "credit-default/2026-11-18-v2-001.parquet",
      ])
    let kept = try rows(
      bench, "SELECT scored_by, scored_as, age, income, home, married FROM $log ORDER BY ALL")
    #expect(
      kept == [
        "credit-default@v1|v1|25|430.5|house|true", "credit-default@v1|v1|33|999.9|castle|true",
        "credit-default@v1|v1|61||other|false", "credit-default@v1|v1|70|120|flat|false",
        "credit-default@v2|latest|25||a \"b\"|true", "credit-default@v2|v2|25|430.5|house|true",
        "credit-default@v2|v2|26|430.5|house|true",
      ])
    let types = try rows(bench, "SELECT typeof(age), typeof(income), typeof(married) FROM $log")
    #expect(Set(types) == ["INTEGER|DOUBLE|BOOLEAN"])
    // The scores are those that were answered, the times those of the requests.
    let answered = (json.json["predictions"] as? [[String: Any]] ?? [])
      .compactMap { $0["score"] as? Double }.sorted()
    let scores = try rows(
      bench, "SELECT score, label, scored_at FROM $log WHERE scored_as = 'v1' ORDER BY score")
    let numbers = scores.compactMap { Double($0.prefix { $0 != "|" }) }
    #expect(numbers.count == 4)
    #expect(zip(numbers, answered).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(scores.first?.hasSuffix("|0|2026-11-18 11:06:40") == true, "\(scores)")
  }

  @Test func beginsAFileForANewDay() async throws {
    let bench = try Self.bench()
    _ = await Self.predict(bench, ModelTests.row)
    bench.advance(by: 24 * 3_600_000)
    _ = await Self.predict(bench, ModelTests.row)
    await bench.workplace.scoreLog?.end()
    #expect(
      files(bench).map { $0.suffix(25) } == [
        "2026-11-18-v1-001.parquet", "2026-11-19-v1-001.parquet",
      ])
  }

  /// A server that was killed leaves its journal; the next one makes Parquet of it and goes on.
  @Test func takesUpWhatAKilledServerLeft() async throws {
    let bench = try Self.bench()
    _ = await Self.predict(bench, ModelTests.row)
    let home = bench.folder + "/scores/credit-default"
    for _ in 0..<400 where bench.text("scores/credit-default/.2026-11-18-v1-001.jsonl") == nil {
      try await Task.sleep(for: .milliseconds(10))
    }
    let journal = try #require(bench.text("scores/credit-default/.2026-11-18-v1-001.jsonl"))
    // The last line was being written.
    try bench.write(
      journal + journal.dropLast(20), to: "scores/credit-default/.2026-11-18-v1-001.jsonl")
    let next = try Self.bench(at: bench.folder)
    _ = await Self.predict(next, ModelTests.row)
    await next.workplace.scoreLog?.end()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: home).sorted()
        == ["2026-11-18-v1-001.parquet", "2026-11-18-v1-002.parquet"])
    #expect(try rows(next, "SELECT count(*) FROM $log") == ["2"])
  }

  /// Rows are data: names with quotes, line ends within a row, bytes that are no text.
  @Test func keepsOddRowsApart() async throws {
    let bench = try Self.bench()
    let odd =
      "{\n\"age\":1,\r\n\"income\":2,\"home\":\"'; DROP TABLE x; --\",\"married\":0,\"x\":{\"y\":[1]}}"
    #expect(await Self.predict(bench, odd).status == 200)
    var bytes = Array(ModelTests.row.replacing("house", with: "h?e").utf8)
    if let place = bytes.firstIndex(of: UInt8(ascii: "?")) { bytes[place] = 0xff }
    let reply = await bench.send(
      .post, "/api/v1/models/credit-default@v1/predict",
      ["X-Washi-Form": await bench.formToken()], body: [ByteBuffer(bytes: bytes)])
    #expect(reply.status == 200)
    #expect(await Self.predict(bench, ModelTests.row).status == 200)
    await bench.workplace.scoreLog?.end()
    let kept = try rows(bench, "SELECT home FROM $log ORDER BY home")
    #expect(kept.contains("'; DROP TABLE x; --") && kept.contains("house"))
  }

  @Test func keepsNothingUnlessItIsAsked() async throws {
    let bench = try Bench()
    try ModelTests.register(bench, 0)
    #expect(await Self.predict(bench, ModelTests.row).status == 200)
    #expect(bench.workplace.scoreLog == nil)
    #expect(files(bench).isEmpty)
  }
}
