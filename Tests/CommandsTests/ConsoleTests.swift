import Synchronization
import Testing

@testable import Commands

@Suite struct ConsoleTests {
  @Test func drawsTheStatusLineOnlyForPeople() throws {
    for isTerminal in [true, false] {
      let bench = try Bench()
      let console = bench.desk(isTerminal: isTerminal).console
      console.status("working")
      console.note("a remark")
      console.say("result")
      #expect(bench.out == "result\n")
      let expected =
        isTerminal
        ? "working\r\u{1B}[2Ka remark\nworking\r\u{1B}[2K" : "a remark\n"
      #expect(bench.err == expected)
    }
  }

  @Test func cleansPaths() {
    #expect(Paths.absolute("../b/./c//d", in: "/x/a") == "/x/b/c/d")
    #expect(Paths.absolute("/../..", in: "/x") == "/")
    #expect(Paths.below("/x", "/x/y/z") == "y/z")
    #expect(Paths.below("/x", "/xy") == nil)
    #expect(Paths.ancestors(of: "/a/b") == ["/a/b", "/a", "/"])
  }
}
