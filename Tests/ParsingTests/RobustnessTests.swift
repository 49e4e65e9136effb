import Parsing
import Testing
import Vocabulary

struct RobustnessTests {
  private static let sample = """
    ---
    title: "Loans {{ $day }}"
    catalog:
      a: { path: "{{ $dir }}/a.csv" }
    ---

    # Loans {{ strftime($day, '%Y') }}

    ```yaml parameters
    day: { type: month, default: 2021-01 }
    dir: data
    ```

    > - Some *text* with `code {{ x }}` and {{ (SELECT
    >   count(*)) }} **rows**, <b title="x">html</b> [l](/{{ $dir }} "t")

    | a | {{ x || y }} |
    |:--|---|
    | 1 | `b\\|c` |

    ```sql step training show=5 title="A b" needs=[a, b]
    SELECT '日本' FROM a
    ```

    ````yaml step model
    uses: train
    list: [1, 'two', "th\\u0072ee {{ $x }}"]
    text: |
      block {{ $y }}
      more
    ````

    <div>
    {{ html }}
    </div>

    ~~~
    inert
    ~~~

    """

  /// A fixed sequence of numbers (Knuth's MMIX generator), so that a failure comes back.
  private struct Numbers {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, limit)))
    }
  }

  @Test func parsesWhateverBecomesOfASample() {
    var numbers = Numbers(state: 20210131)
    let tokens = [
      "{{", "}}", "```", "````", "---", "|", "> ", "- ", "`", "'", "\"", "\\", "\t", "\r", "\n\n",
      "\u{FEFF}", "<!--", "<b ", "[", "](", "{", "}", ": ", "&a ", "*a", "#", "\0", "1. ", "    ",
    ]
    for round in 0..<3000 {
      var bytes = Array(Self.sample.utf8)
      for _ in 0..<(1 + round % 4) {
        let place = numbers.next(below: bytes.count)
        switch numbers.next(below: 6) {
        case 0: bytes[place] = UInt8(numbers.next(below: 256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + numbers.next(below: 60)))
        case 2:
          let piece = bytes[place..<min(bytes.count, place + numbers.next(below: 200))]
          bytes.insert(contentsOf: piece, at: numbers.next(below: bytes.count))
        case 3: bytes.removeSubrange(place...)
        case 4:
          var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
          lines.swapAt(numbers.next(below: lines.count), numbers.next(below: lines.count))
          bytes = Array(lines.joined(separator: [10]))
        default:
          bytes.insert(contentsOf: tokens[numbers.next(below: tokens.count)].utf8, at: place)
        }
        if bytes.isEmpty { bytes = [10] }
      }
      let notebook = Notebook(parsing: bytes, at: "n.md")
      let lineCount = notebook.source.utf8.count { $0 == 10 } + 2
      for diagnostic in notebook.diagnostics {
        let range = diagnostic.range
        #expect(range.map { (1...lineCount).contains($0.start.line) } ?? false)
        #expect(range.map { $0.start <= $0.end } ?? false)
      }
      _ = notebook.diagnostics.rendered(in: ["n.md": notebook.source])
      _ = notebook.injecting([("a", "b")])
    }
  }

  /// Lines of a step's body are where its range says, whatever else the notebook holds.
  @Test func keepsPlacesExactThroughMutations() {
    let notebook = Notebook(parsing: Self.sample, at: "n.md")
    #expect(notebook.diagnostics == [])
    let lines = notebook.source.split(separator: "\n", omittingEmptySubsequences: false)
    for step in notebook.steps {
      for (index, line) in step.body.split(separator: "\n").enumerated() {
        #expect(lines[step.bodyRange.start.line - 1 + index] == line)
      }
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "{{", "{{ ' ", "`", "``` ", "| a ", "<a b='", "<!-- ", "[", "[a](", "*a ", "_a_ ", "> ", "- ",
      "1. ", "\\", "&amp;", "{{ x }} ", "| {{ x || y }} ", "![", "<", "\"", "日本", "\t", "a\n",
      "{{ a\n", "|a|\n|-|\n", "# {{ a }}\n", "> a\n", "- a\n", "- a\n\n", "[a]: b\n", "```\n",
      "```sql step a\n",
      "---\n", "***\n", "a\n===\n", "<div>\n", "{{ x }}\n\n", "  - a\n",
    ])
  func parsesRepeatedPiecesInLinearTime(piece: String) {
    let text = String(repeating: piece, count: 60_000 / piece.utf8.count)
    let notebook = Notebook(parsing: text, at: "n.md")
    #expect(notebook.source.utf8.count == text.utf8.count)
  }

  @Test func parsesAThousandSteps() {
    var text = "# Many\n\n"
    for number in 0..<1000 {
      text +=
        "Step {{ $n + \(number) }} of *many*.\n\n```sql step s\(number) show=5\nSELECT \(number)\n```\n\n"
      if number % 4 == 0 {
        text += "```yaml step y\(number)\nuses: table\ntable: s\(number)\n```\n\n"
      }
    }
    let clock = ContinuousClock()
    let time = clock.measure {
      let notebook = Notebook(parsing: text, at: "n.md")
      #expect(notebook.steps.count == 1250)
      #expect(notebook.diagnostics == [])
    }
    // A release build takes some 15 ms; this bound only catches what grows faster than the text.
    #expect(time < .seconds(5))
  }
}
