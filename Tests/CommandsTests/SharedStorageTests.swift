import Foundation
import Testing

@testable import Commands

/// Whether DuckDB can be loaded from here.
private let hasEngine: Bool = {
  guard let bench = try? Bench() else { return false }
  let desk = bench.desk()
  return (try? OpenEngine(for: desk.project, in: desk.circumstances)) != nil
}()

/// Several projects, as several machines would have them, that share a folder.
@Suite(.enabled(if: hasEngine)) struct SharedStorageTests {
  private static let notebook = """
    ---
    title: Shared
    edition: one
    ---

    # The sum is {{ (SELECT sum(n) FROM numbers) }}

    ```yaml parameters
    n: { type: int, default: 3 }
    ```

    ```sql step numbers
    SELECT n FROM range(1, 1 + $n) AS t(n)
    ```

    """

  private let mounted: Bench

  init() throws { mounted = try Bench() }

  private func machine(_ settings: String = "") throws -> Bench {
    let bench = try Bench()
    try bench.write(Self.notebook, to: "notebooks/shared.md")
    try bench.write("storage: { remote: \"\(mounted.folder)/all\"\(settings) }\n", to: "washi.yaml")
    return bench
  }

  @Test func reusesWhatAnotherMachineHasDone() async throws {
    let (a, b) = (try machine(), try machine())
    #expect(await a.washi("run", "notebooks/shared.md") == .done, "\(a.err)")
    #expect(await b.washi("run", "notebooks/shared.md") == .done, "\(b.err)")
    #expect(b.err.contains("unchanged: shared@one/v1"), "\(b.err)")
    #expect(try a.files(below: "output/shared") == b.files(below: "output/shared"))
    #expect(b.names(".washi/cache/results").count == 1)
    // Its own copy is gone, and what others have is taken instead of doing the work.
    try FileManager.default.removeItem(atPath: "\(b.folder)/.washi/cache")
    #expect(await b.washi("run", "notebooks/shared.md", "--json") == .done)
    #expect(b.err.contains("cached"), "\(b.err)")
  }

  @Test func numbersVersionsOverAllMachines() async throws {
    let (a, b) = (try machine(), try machine())
    #expect(await a.washi("run", "notebooks/shared.md") == .done)
    #expect(await b.washi("run", "notebooks/shared.md", "-p", "n", "4") == .done)
    #expect(b.out.hasSuffix("output/shared/one/v2/index.html\n"), "\(b.out)")
    #expect(await a.washi("run", "notebooks/shared.md", "-p", "n", "5") == .done)
    #expect(a.out.hasSuffix("output/shared/one/v3/index.html\n"), "\(a.out)")
    #expect(a.names("output/shared/one") == ["latest", "v1", "v2", "v3"])
    let c = try machine()
    #expect(await c.washi("storage", "pull") == .done)
    #expect(c.out == "shared@one/v3\n")
    #expect(c.names("output/shared/one") == ["latest", "v3"])
  }

  @Test func givesDifferentReportsDifferentNumbersAtTheSameTime() async throws {
    let machines = try (0..<5).map { _ in try machine() }
    await withTaskGroup(of: Void.self) { group in
      for (index, one) in machines.enumerated() {
        group.addTask {
          // The last two print the same.
          await one.washi("run", "notebooks/shared.md", "-p", "n", "\(10 + min(index, 3))")
        }
      }
    }
    let paths = machines.map(\.out)
    #expect(paths.allSatisfy { $0.hasSuffix("/index.html\n") }, "\(machines.map(\.err))")
    let numbers = paths.map { $0.split(separator: "/").dropLast().last.map(String.init) ?? "" }
    #expect(Set(numbers[..<4]).count == 4, "\(numbers)")
  }

  @Test func goesOnWithoutAStoreThatFails() async throws {
    let bench = try machine(", versions: false, registry: false")
    // A file is in the way of the folder.
    try mounted.write("", to: "all")
    #expect(await bench.washi("run", "notebooks/shared.md") == .done)
    #expect(bench.err.contains("results are not shared"), "\(bench.err)")
    // What cannot be published for all is not published at all.
    let other = try machine()
    #expect(await other.washi("run", "notebooks/shared.md") == .failed)
    #expect(other.names("output/shared/one").filter { $0.hasPrefix("v") } == [])
  }

  @Test func saysWhereAnAddressIsWrong() async throws {
    let bench = try machine()
    try bench.write(
      "storage: { remote: \"rclone:s3,secret_access_key=abc:b\" }\n", to: "washi.yaml")
    #expect(await bench.washi("run", "notebooks/shared.md") == .wrong)
    #expect(bench.err.contains("washi.yaml:1:"), "\(bench.err)")
    #expect(bench.err.contains("rclone's configuration"), "\(bench.err)")
    try bench.write("", to: "washi.yaml")
    #expect(await bench.washi("storage") == .idle)
  }
}
