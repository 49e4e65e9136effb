import Foundation
import Testing

@testable import Commands

/// Broken notebooks are refused with a place, whatever is broken. `Benchmarks/stress` tries thousands.
@Suite struct MutationTests {
  private let text = """
    ---
    title: "Small {{ $n }}"
    edition: "e{{ $n }}"
    ---

    # Small

    ```yaml parameters
    n: { type: int, default: 3, min: 1, max: 9 }
    month: { type: month, default: 2021-01 }
    ```

    ```sql step numbers show=5
    SELECT range AS i, range * $n AS v FROM range($n)
    ```

    ```yaml step chart
    { uses: chart, table: numbers, mark: bar, x: i, y: v }
    ```

    ```yaml step tile
    uses: metric
    value: "{{ (SELECT sum(v) FROM numbers) }}"
    ```

    | a | b |
    | --- | --- |
    | {{ tile.value }} | {{ strftime($month, '%Y') }} |
    """

  private struct Finding: Decodable {
    var severity: String
    var summary: String
    var line: Int?
  }

  @Test func refusesMutantsWithAPlace() async throws {
    let bench = try Bench()
    var chance = Chance(state: 7)
    let paths = (0..<80).map { "m\($0).md" }
    for path in paths {
      let data = mutant(&chance)
      try data.write(to: URL(filePath: "\(bench.folder)/\(path)"))
    }
    let status = await bench.call(["check", "--json"] + paths)
    #expect(status == .wrong)
    let findings = try JSONDecoder().decode([Finding].self, from: Data(bench.out.utf8))
    let errors = findings.filter { $0.severity == "error" }
    #expect(errors.count > 20)
    for error in errors { #expect(error.line != nil, "\(error.summary)") }
  }

  private func mutant(_ chance: inout Chance) -> Data {
    var bytes = Array(text.utf8)
    let tokens = [
      "{{", "}}", "```", "---\n", "\0", "'", "\"", "[", "{", ": ", "&a", "$n", ";", "\t", "🍣",
    ]
    for _ in 0...Int(chance.next() % 3) {
      let at = Int(chance.next() % UInt64(bytes.count))
      switch chance.next() % 5 {
      case 0: bytes[at] = UInt8(truncatingIfNeeded: chance.next())
      case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int(chance.next() % 40) + 1))
      case 2: bytes.insert(contentsOf: Array(tokens[Int(chance.next() % 15)].utf8), at: at)
      case 3:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        lines.swapAt(
          Int(chance.next() % UInt64(lines.count)), Int(chance.next() % UInt64(lines.count)))
        bytes = Array(lines.joined(separator: [10]))
      default: bytes.removeSubrange(max(1, at)...)
      }
      if bytes.isEmpty { bytes = [35] }
    }
    return Data(bytes)
  }

  /// Numbers that come out the same every time (SplitMix64).
  private struct Chance {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
