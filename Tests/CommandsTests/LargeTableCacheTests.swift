import Foundation
import Testing

@testable import Commands

/// Whether DuckDB can be loaded from here.
private let hasEngine: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  return (try? OpenEngine(for: desk.project, in: desk.circumstances)) != nil
}()

/// Tables of several row groups are kept in pieces, written side by side.
@Suite(.enabled(if: hasEngine), .serialized) struct LargeTableCacheTests {
  private static let notebook = """
    # Large tables

    ```sql step many
    SELECT i * 7919 % 300007 AS i, 'text ' || (i * 31 % 1009) AS words, (i % 5)::HUGEINT AS huge,
      CASE WHEN i % 11 > 0 THEN i / 3 END AS part
    FROM range(300000) t(i)
    ```

    ```sql step hidden
    SELECT 130000 - i AS "RowID", i FROM range(130000) t(i)
    ```

    ```sql step none
    SELECT * FROM many WHERE i < 0
    ```

    ```sql step sums
    SELECT count(*) AS rows, sum(hash(n, i, words, huge, part) % 1000003) AS sum
    FROM (SELECT row_number() OVER () AS n, * FROM many)
    ```

    ```sql step orders
    SELECT count(*) AS rows, sum(hash(n, "RowID", i) % 1000003) AS sum
    FROM (SELECT row_number() OVER () AS n, * FROM hidden)
    ```

    ```yaml step shown
    uses: table
    table: sums
    ```

    ```yaml step ordered
    uses: table
    table: orders
    ```

    """

  /// The files that the cache keeps of tables, by the folder's and their own name.
  private func pieces(_ bench: Bench) throws -> [String: Data] {
    try bench.files(below: ".washi/cache").filter { $0.key.hasSuffix(".parquet") }
  }

  /// The tables of the version that the last run has written.
  private func tables(_ bench: Bench) throws -> [String: Data] {
    struct Facts: Decodable { var path: String }
    let path = try JSONDecoder().decode(Facts.self, from: Data(bench.out.utf8)).path
    return try bench.files(below: String(path.dropLast("/index.html".count)))
      .filter { $0.key.hasSuffix(".csv") }
  }

  private func names(_ pieces: [String: Data]) -> [[String]] {
    let folders = Dictionary(grouping: pieces.keys) { $0.split(separator: "/").dropLast() }
    return folders.values.map { names in
      names.compactMap { $0.split(separator: "/").last.map(String.init) }.sorted()
    }
  }

  @Test func keepsAndGivesBackEveryRowInItsOrder() async throws {
    let bench = try Bench()
    try bench.write(Self.notebook, to: "large.md")
    #expect(await bench.call(["run", "--json", "large.md"]) == .done, "\(bench.err)")
    let kept = try pieces(bench)
    let names = names(kept)
    #expect(names.contains(["table 2.parquet", "table 3.parquet", "table.parquet"]))
    #expect(names.count { $0 == ["table.parquet"] } == names.count - 1)

    // Two steps read again what the cache has kept of the two tables.
    let changed = Self.notebook.replacing("count(*) AS rows", with: "count(*) + 0 AS rows")
    try bench.write(changed, to: "large.md")
    #expect(await bench.call(["run", "--json", "large.md"]) == .done, "\(bench.err)")
    #expect(bench.out.contains("\"state\":\"cached\""))
    let again = try tables(bench)
    #expect(
      await bench.call(["run", "--json", "--no-cache", "--output", "fresh", "large.md"]) == .done)
    #expect(again.count == 2)
    #expect(try tables(bench) == again)

    // The same bytes with any number of threads.
    for cores in ["1", "3"] {
      let other = try Bench(environment: [MachineShare.coresVariable: cores])
      try other.write(Self.notebook, to: "large.md")
      #expect(await other.call(["run", "--json", "large.md"]) == .done, "\(other.err)")
      #expect(try pieces(other) == kept, "\(cores)")
    }
  }
}
