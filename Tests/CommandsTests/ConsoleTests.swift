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

  @Test func drawsSeveralStatusLinesOverThemselves() throws {
    let bench = try Bench()
    let console = bench.desk(isTerminal: true).console
    console.status(["one", "two", "three"])
    console.status(["one", "two", "three"])
    console.note("a remark")
    console.status([])
    let clear = "\r\u{1B}[2K\u{1B}[1A\u{1B}[2K\u{1B}[1A\u{1B}[2K"
    #expect(bench.err == "one\ntwo\nthree\(clear)a remark\none\ntwo\nthree\(clear)")
  }

  @Test func readsHowFarARunIs() throws {
    let bench = try Bench()
    try bench.write(
      """
      {"at":1,"edition":"a","event":"planned","steps":["x","y","z"]}
      {"at":2,"count":1,"event":"inputs"}
      {"at":3,"event":"started","step":"x"}
      {"at":4,"event":"ended","state":"done","step":"x"}
      {"at":5,"event":"started","step":"y"}
      {"at":6,"event":"sta
      """, to: "events")
    let position = RunPosition(reading: "\(bench.folder)/events")
    #expect(position.count == 3)
    #expect(position.ended == 1)
    #expect(position.step == "y")
    #expect(RunPosition(reading: "\(bench.folder)/none").count == 0)
  }

  @Test func cleansPaths() {
    #expect(Paths.absolute("../b/./c//d", in: "/x/a") == "/x/b/c/d")
    #expect(Paths.absolute("/../..", in: "/x") == "/")
    #expect(Paths.below("/x", "/x/y/z") == "y/z")
    #expect(Paths.below("/x", "/xy") == nil)
    #expect(Paths.ancestors(of: "/a/b") == ["/a/b", "/a", "/"])
  }
}
