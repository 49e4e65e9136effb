import Parsing
import Planning
import Testing
import Vocabulary

struct FingerprintTests {
  static let text = """
    ---
    title: A
    catalog:
      t: { path: "{{ $dir }}/t.csv", read: { delim: "," } }
    ---
    Prose {{ $words }}.

    ```yaml parameters
    dir: { type: path, default: data }
    limit: 1
    words: many
    ```
    ```sql step a
    SELECT  *  -- all of it
    FROM t WHERE x > $limit AND y = 'two  spaces'
    ```
    ```sql step b
    SELECT count(*) FROM a
    ```
    ```yaml step shown
    uses: table
    table: b      # a comment
    rows: 5
    ```
    ```sql step c
    SELECT 1
    ```
    """

  @Test func countsWorkersWhereverTheyAre() throws {
    func key(_ workers: String) throws -> Fingerprint {
      let plan = try plan(
        """
        ```sql step rows
        SELECT 1 AS id, 2 AS x, 3 AS y
        ```
        ```yaml step model
        uses: train
        table: rows
        target: y
        id: id
        \(workers)
        ```
        """)
      let step = try #require(plan.steps.last)
      let context = Plan.KeyContext(files: [:], engines: [])
      return plan.key(of: step, after: [:], in: context).fingerprint
    }
    let three = try key("workers: 3")
    #expect(try key("workers: [\"a:1\", \"b:1\", \"c:1\"]") == three)
    #expect(try key("workers: { count: 3, listen: \"a:1\", silence: 9s }") == three)
    #expect(try key("workers: { addresses: [\"a:1\", \"b:1\", \"d:1\"] }") == three)
    #expect(try key("workers: 2") != three)
    #expect(try key("workers: [\"a:1\", \"b:1\"]") != three)
    #expect(try key("") != three)
  }

  /// The steps whose fingerprint another notebook, arguments or files change.
  func changed(
    _ replacements: [(String, String)] = [], with given: Arguments = Arguments(),
    digest: String = "1", version: String = "2.0.0"
  ) throws -> [String] {
    func fingerprints(_ plan: Plan, _ digest: String, _ version: String) -> [String: Fingerprint] {
      // What a step leaves is taken to change whenever its key does.
      let context = Plan.KeyContext(
        files: ["t": [.init(path: "t.csv", digest: Fingerprint(of: digest))]],
        engines: [("DuckDB", version)])
      return plan.steps.reduce(into: [:]) { results, step in
        results[step.name] = plan.key(of: step, after: results, in: context).fingerprint
      }
    }
    var other = Self.text
    for (old, new) in replacements {
      #expect(other.contains(old))
      other = other.replacing(old, with: new)
    }
    let before = fingerprints(try plan(Self.text), "1", "2.0.0")
    let after = fingerprints(try plan(other, with: given), digest, version)
    #expect(before.count == 4)
    return before.keys.filter { before[$0] != after[$0] }.sorted()
  }

  @Test func ignoresWhatDoesNotMatter() throws {
    #expect(try changed() == [])
    #expect(try changed([("title: A", "title: B"), ("Prose", "Other prose")]) == [])
    #expect(try changed([("-- all of it", "/* some */")]) == [])
    #expect(try changed([("SELECT  *", "SELECT\n   *")]) == [])
    #expect(try changed([("# a comment", "# another")]) == [])
    #expect(try changed([("table: b  ", "table: 'b'")]) == [])
    #expect(try changed([("uses: table", "uses: table\ntimeout: 5")]) == [])
    #expect(try changed(with: arguments(("words", "few"))) == [])
    #expect(try changed(with: arguments(("dir", "elsewhere"))) == [])
  }

  @Test func followsWhatMatters() throws {
    let below = ["a", "b", "shown"]
    #expect(try changed([("x > ", "x >= ")]) == below)
    #expect(try changed([("two  spaces", "two spaces")]) == below)
    #expect(try changed(with: arguments(("limit", "2"))) == below)
    #expect(try changed(digest: "2") == below)
    #expect(try changed([("delim: \",\"", "delim: \";\"")]) == below)
    #expect(try changed([("rows: 5", "rows: 6")]) == ["shown"])
    #expect(try changed([("count(*)", "sum(x)")]) == ["b", "shown"])
    #expect(try changed(version: "2.0.1") == ["a", "b", "c", "shown"])
  }
}
