import Foundation
import Testing

/// Whether a test may mount a small disk for a program of its own.
private let canMount: Bool = {
  guard let shop = try? Workshop() else { return false }
  let outcome = try? shop.run("unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs .")
  return outcome?.status == 0
}()

/// Runs on disks that are too small, mounted for the time of the run: a clear outcome, and nothing
/// half-written.
@Suite(.enabled(if: canMount, "only root of Linux can mount")) struct FullDiskTests {
  private let notebook = """
    ```sql step numbers show=5
    SELECT range AS n, md5(range::VARCHAR) AS digest FROM range(30000)
    ```

    ```yaml step file
    { uses: export, table: numbers, path: numbers.csv }
    ```
    """

  /// Runs a shell script in the project with a disk of this size mounted at a folder; `$0` is washi.
  private func run(
    _ shop: borrowing Workshop, disk: (folder: String, size: String), _ script: String
  ) throws -> Workshop.Outcome {
    let mount =
      "mkdir -p \(disk.folder) && mount -t tmpfs -o size=\(disk.size) tmpfs \(disk.folder)"
    return try shop.run(
      "unshare", "-m", "sh", "-c", "\(mount) || exit 99\n\(script)", Workshop.executable.path)
  }

  @Test(arguments: [
    ("output", "64k"), ("output", "1m"), (".washi", "4k"), (".washi", "64k"), (".washi", "1m"),
  ])
  func saysThatTheDiskIsFullAndLeavesNothingHalfWritten(_ folder: String, _ size: String) throws {
    let shop = try Workshop()
    try shop.write("n.md", notebook)
    let full = try run(
      shop, disk: (folder, size),
      "\"$0\" run n.md; status=$?; find output -name 'v1*' -o -name '.staging*'; exit $status")
    #expect(full.status == 1, "\(full.errors)")
    #expect(full.errors.contains("No space left on device"), "\(full.errors)")
    #expect(full.errors.contains("free some space"), "\(full.errors)")
    #expect(!full.errors.contains("exception_type"), "\(full.errors)")
    #expect(full.output == "", "left behind: \(full.output)")
    // What failed first is said, also when its report found no place.
    if folder == ".washi" { #expect(full.errors.contains("n.md:5:14: error:"), "\(full.errors)") }
    let again = try shop.washi("run", "n.md")
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test func doesWithoutACacheThatIsFullAndUsesOneOnAnotherDisk() throws {
    let shop = try Workshop()
    try shop.write("n.md", notebook)
    let full = try run(shop, disk: (".washi/cache", "4k"), "exec \"$0\" run n.md")
    #expect(full.status == 0, "\(full.errors)")
    #expect(full.errors.contains("numbers: its result is not kept for later runs"))
    #expect(full.errors.contains("No space left on device"), "\(full.errors)")
    #expect(!full.errors.contains("Error Domain"), "\(full.errors)")

    let other = try run(
      shop, disk: (".washi/cache", "64m"), "\"$0\" run n.md -q && exec \"$0\" run n.md --json")
    #expect(other.status == 0, "\(other.errors)")
    let states = other.lastLine.split(separator: "\"state\":").dropFirst().map { $0.prefix(8) }
    #expect(states == ["\"cached\"", "\"cached\""], "\(other.lastLine)")
  }

  @Test func givesUpALogThatFillsTheDiskAndSaysSo() throws {
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\n")
    try shop.write(
      "n.md",
      "```sh step talk log=1\nyes 'a line that is written' | head -c 3000000\necho end\n```\n")
    let full = try run(
      shop, disk: (".washi", "2m"),
      "\"$0\" run n.md; status=$?; find .washi/logs -type f; exit $status")
    #expect(full.status == 0, "\(full.errors)")
    #expect(!full.output.contains("talk.log"), "\(full.output)")
    let twin = try shop.read("output/n/default/v1/report.md")
    #expect(twin.contains("could not be kept: No space left on device"), "\(twin)")
    #expect(twin.contains("end"))
  }
}
