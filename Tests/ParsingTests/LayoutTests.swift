import Testing
import Vocabulary

@testable import Parsing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct LayoutTests {
  private func formatted(_ text: String) -> String {
    Notebook(parsing: text, at: "n.md").formattedSource
  }

  @Test func spacesFrontMatterAndQuotesOnce() {
    #expect(
      formatted("---\ntitle:   'A {{ $x }}'   \ntags: [ a,b , c ]\n---\n# H\n")
        == "---\ntitle: \"A {{ $x }}\"\ntags: [a, b, c]\n---\n\n# H\n")
  }

  @Test func alignsParameters() {
    #expect(
      formatted("```yaml   parameters\na: {type: int,default: 3}\n# why\nlonger:  [1,2]\n```\n")
        == "```yaml parameters\na:      { type: int, default: 3 }\n# why\nlonger: [1, 2]\n```\n")
  }

  @Test func putsTheKindFirstAndTheTitleBehindIt() {
    #expect(
      formatted("```yaml step t\ntable: a\n# the kind\nuses: table\nrows: 3\ntitle: T\n```\n")
        == "```yaml step t\n# the kind\nuses: table\ntitle: T\ntable: a\nrows: 3\n```\n")
  }

  @Test func ordersOptionsOfAFence() {
    #expect(
      formatted("```sql  step a   title='A b'  needs=[ x,y ]  show=5  \nSELECT 1\n```\n")
        == "```sql step a show=5 title=\"A b\" needs=[x, y]\nSELECT 1\n```\n")
  }

  @Test func leavesOneBlankLineAroundFences() {
    #expect(
      formatted(
        "\n\ntext\n```sql step a\nSELECT 1\n```\n\n\n\n```sql step b\nSELECT 2\n```\nend\n\n")
          == """
          text

          ```sql step a
          SELECT 1
          ```

          ```sql step b
          SELECT 2
          ```

          end

          """)
  }

  @Test func keepsACommentForTheCheckerAtItsStep() {
    let text =
      "text\n\n<!-- washi-ignore: unused-step -->\n\n```sql step a\nSELECT 1\n```\n"
    #expect(
      formatted(text)
        == "text\n\n<!-- washi-ignore: unused-step -->\n```sql step a\nSELECT 1\n```\n")
  }

  @Test func leavesSQLAsItIsButForBlanksAtLineEnds() {
    let sql = "SELECT  a,\t\n  'two  \nlines  ' AS b, -- it's  \n  $$x  \ny$$ AS c  \n"
    #expect(
      formatted("```sql step a\n\(sql)```\n")
        == "```sql step a\nSELECT  a,\n  'two  \nlines  ' AS b, -- it's\n  $$x  \ny$$ AS c\n```\n")
  }

  @Test func leavesWhatLayoutWouldChange() {
    let text = """
      A break at the end  
      of a line, and `code  
      over lines`.

          indented code   

      ```python
      print("x")   
      ```

      ```yaml step a
      uses: table
      table: a
      caption: |
        two blanks  
        stay

      # what: is a comment
      title: 'say "no"'
      ```

      """
    let result = formatted(text)
    #expect(result.contains("line, and `code  \n"))
    #expect(result.contains("end  \n"))
    #expect(result.contains("    indented code   \n"))
    #expect(result.contains("print(\"x\")   \n"))
    #expect(result.contains("two blanks  \n"))
    #expect(result.contains("# what: is a comment"))
    #expect(result.contains("'say \"no\"'"))
  }

  @Test func leavesANotebookWithErrorsAlone() {
    let text = "```sql  step   1a\nSELECT 1  \n```\n"
    #expect(formatted(text) == text)
  }

  @Test func readsCommentsForTheChecker() throws {
    let notebook = Notebook(
      parsing: "<!-- washi-ignore: a-b, c -->\n```sql step a\nSELECT 1\n```\n\n<!-- note -->\n",
      at: "n.md")
    let silence = try #require(notebook.silences.first)
    #expect(silence.rules.map(\.name) == ["a-b", "c"])
    #expect(silence.rules.map(\.range.start.column) == [20, 25])
    #expect(silence.target == notebook.steps[0].range)
    #expect(notebook.elements.count == 2)
    #expect(Notebook(parsing: "<!-- washi-ignore -->", at: "n.md").diagnostics.count == 1)
  }

  // MARK: - Whatever the text

  @Test func keepsTheMeaningOfEveryExampleOfCommonMark() throws {
    let examples = try #require(
      CommonMarkTests.examples(), "run Scripts/setup: .deps/commonmark/spec.txt is missing")
    for example in examples {
      expectSameMeaning(example)
      expectSameMeaning("\(example)\n```sql  step a \nSELECT 1 \n```\n\(example)")
    }
  }

  @Test(arguments: ["tour.md", "credit/data.md", "credit/eda.md", "credit/monthly.md"])
  func shippedNotebooksAreInLayoutAndStaySoWhenLoosened(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("notebooks/\(name)"), encoding: .utf8)
    #expect(formatted(text) == text)
    var random = Congruential(seed: UInt64(text.utf8.count))
    for _ in 0..<12 { expectSameMeaning(loosened(text, &random)) }
    for _ in 0..<12 { expectSameMeaning(damaged(text, &random)) }
  }

  /// Small enough that thousands of its mutations take seconds.
  private static let dense = """
    ---
    title: 'A {{ $x }}'
    catalog: { a: { path: "{{ $d }}/a.csv" } }
    ---
    # H {{ $x }}
    ```yaml parameters
    x: { type: int, default: 3 }
    d:  data # why
    ```
    text  
    <!-- washi-ignore: unused-step -->
    ```sql step s show=5 title="A b" needs=[t]
    SELECT  'a  ' AS b -- c
    ```
    | a | {{ x || y }} |
    |---|--|
    | 1 | 2 |
    ```yaml step t
    table: s
    uses: table
    sort: [ b ,c]
    caption: |
      two  
      lines
    ```

    """

  @Test func keepsTheMeaningOfThousandsOfMutations() {
    var random = Congruential(seed: 20_210_131)
    for round in 0..<2000 {
      let text = round % 2 == 0 ? loosened(Self.dense, &random) : Self.dense
      expectSameMeaning(round % 4 == 0 ? text : damaged(text, &random))
    }
  }

  /// The text with blanks and blank lines where an author might leave some.
  private func loosened(_ text: String, _ random: inout Congruential) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = String(line)
      switch random.next(below: 12) {
      case 0: line += String(repeating: " ", count: 1 + random.next(below: 3))
      case 1: line = line.replacing(": ", with: ":   ")
      case 2: line = line.replacing(", ", with: " ,")
      case 3: line = line.replacing("{ ", with: "{")
      case 4: line = line.replacing("\"", with: "'")
      case 5: line += "\n"
      case 6 where line.hasPrefix("```"): line = line.replacing(" ", with: "  ")
      default: break
      }
      return line
    }.joined(separator: "\n")
  }

  /// The text with a few bytes or lines lost, doubled or replaced.
  private func damaged(_ text: String, _ random: inout Congruential) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<(1 + random.next(below: 4)) where bytes.count > 20 {
      let place = random.next(below: bytes.count - 10)
      switch random.next(below: 4) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(Array(" \n\t'\"{}[]:,`-#|>".utf8)[random.next(below: 16)], at: place)
      case 2: bytes[place] = Array(" \n\t'\"{}[]:,`-#|>".utf8)[random.next(below: 16)]
      default: bytes.insert(contentsOf: bytes[place..<(place + 10)], at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func expectSameMeaning(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let before = Notebook(parsing: text, at: "n.md")
    let result = before.formattedSource
    // The same text says the same.
    guard result != text else { return }
    let after = Notebook(parsing: result, at: "n.md")
    #expect(after.formattedSource == result, "\(text)", sourceLocation: sourceLocation)
    #expect(
      said(after) == said(before), "\(text)\n--- formatted\n\(result)",
      sourceLocation: sourceLocation)
  }

  /// What a notebook says, told by the tests' own dump and not by the formatter's comparison.
  private func said(_ notebook: Notebook) -> String {
    var text = ""
    for element in notebook.elements {
      switch element {
      case .prose(let block): text += block.dump(indentation: "")
      case .parameters: text += notebook.parameters?.declarations.dump ?? "?"
      case .step(let step):
        let options = step.options.entries.map { "\($0.key): \($0.value.dump)" }.sorted()
        let body = step.body.split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0.replacing(/[ \t]+$/, with: "") }
        text += "\(step.language) \(step.name) \(options) \(step.language == "yaml" ? [] : body)\n"
      }
    }
    let matter = notebook.frontMatter
    let templates = [matter.title, matter.description, matter.edition].map { $0?.dump ?? "-" }
    let paths = matter.catalog.map { "\($0.name) \($0.paths.map(\.dump))" }
    text += "\(templates) \(paths) \(matter.tags) \(matter.owner ?? "")"
    return text.replacing(/\ at [0-9:-]+}}/, with: "}}")
  }
}

/// The linear congruential generator of Numerical Recipes: the same mutations in every run.
private struct Congruential {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below limit: Int) -> Int {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int((state >> 16) % UInt64(max(1, limit)))
  }
}
