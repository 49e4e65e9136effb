import Parsing
import Planning
import Testing
import Vocabulary

struct SpeedTests {
  @Test func plansAThousandStepsQuickly() throws {
    var text = "```yaml parameters\nlimit: 1\n```\n\n"
    for index in 0..<1000 {
      let source = index == 0 ? "range(10)" : "s\(index - 1)"
      text +=
        "Step {{ $limit }}\n\n```sql step s\(index)\nSELECT range, range * \(index) AS x\(index) "
      text += "FROM (SELECT 1 AS range) JOIN \(source) USING (range) WHERE range > $limit\n```\n\n"
    }
    let notebook = Notebook(parsing: text, at: "n.md")
    let connection = try engine()
    let clock = ContinuousClock()
    var steps = 0
    let time = try clock.measure {
      steps = try Planning.Plan(for: notebook, using: connection).steps.count
    }
    #expect(steps == 1000)
    print("1000 steps planned in \(time)")
    let one = Notebook(parsing: "```sql step a\nSELECT 1 AS x\n```\n", at: "n.md")
    let short = try clock.measure { _ = try Planning.Plan(for: one, using: connection) }
    print("1 step planned in \(short)")
    // A debug build on a busy machine is slow; what matters is that time grows with the text.
    #expect(time < .seconds(30))
  }
}
