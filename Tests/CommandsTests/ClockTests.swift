import Foundation
import Synchronization
import Testing

@testable import Commands

@Suite struct ClockTests {
  @Test func isNotConfusedByAClockThatJumps() async throws {
    let bench = try Bench()
    try bench.write("```sql step s show=1\nSELECT 1 AS a\n```\n", to: "n.md")
    let desk = bench.desk()
    // Back by a day, forward by a year, before 1970.
    let times = Mutex<[Int64]>([1_700_000_000_000, 1_699_900_000_000, 1_731_500_000_000, -5000])
    var circumstances = desk.circumstances
    circumstances.now = {
      times.withLock { times in
        times.append(times.removeFirst())
        return times.last ?? 0
      }
    }
    let odd = Desk(circumstances: circumstances, console: desk.console)
    for _ in 0..<4 {
      #expect(await answer(["run", "n.md", "--json", "--quiet"], at: odd) == .done)
    }
    #expect(!bench.out.contains("\"seconds\":-"))
    #expect(await answer(["log"], at: odd) == .done)
    #expect(await answer(["log", "--json"], at: odd) == .done)
    #expect(!bench.out.contains("\"seconds\":-"))
    #expect(await answer(["show", "n@default"], at: odd) == .done)
  }
}
