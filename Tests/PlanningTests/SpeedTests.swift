import Parsing
import Planning
import Testing
import Vocabulary

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct SpeedTests {
  /// A release build takes a fraction of this; a debug build must stay below it on any machine.
  @Test func plansAThousandStepsInSeconds() throws {
    var text = "```yaml parameters\nlimit: 1\n```\n\n"
    for index in 0..<1000 {
      let source = index == 0 ? "range(10)" : "s\(index - 1)"
      text += "Step {{ $limit }}\n\n```sql step s\(index)\n"
      text += "SELECT range, range * \(index) AS x\(index) "
      text += "FROM (SELECT 1 AS range) JOIN \(source) USING (range) WHERE range > $limit\n```\n\n"
    }
    let notebook = Notebook(parsing: text, at: "n.md")
    let connection = try engine()
    var steps = 0
    let seconds = try secondsOfWork {
      steps = try Planning.Plan(for: notebook, using: connection).steps.count
    }
    #expect(steps == 1000)
    #expect(seconds < 10)
  }

  /// Names are placed in one pass over a text, so ten times the text is ten times the work.
  @Test func placesManyNamesInOnePass() throws {
    func seconds(_ count: Int) throws -> Double {
      let columns = (0..<count).map { "$limit + \($0) AS c\($0)" }.joined(separator: ",\n")
      let text = "```yaml parameters\nlimit: 1\n```\n\n```sql step s\nSELECT \(columns)\n```\n"
      let notebook = Notebook(parsing: text, at: "n.md")
      let connection = try engine()
      return try secondsOfWork { _ = try Planning.Plan(for: notebook, using: connection) }
    }
    _ = try seconds(100)
    #expect(try seconds(5000) < 30 * seconds(500))
  }

  /// The processor time that this thread spends, which other work on the machine does not lengthen.
  private func secondsOfWork(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
  }
}
