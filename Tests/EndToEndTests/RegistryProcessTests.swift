import Foundation
import Testing

/// The registry under several processes, and under processes that are killed.
@Suite struct RegistryProcessTests {
  /// A registry of models that say nothing: promoting looks at no bundle.
  private func registry(versions: Int) throws -> Workshop {
    let shop = try Workshop()
    var history = ""
    for number in 1...versions {
      try shop.write(
        "registry/m/v\(number)/version.json",
        """
        {"digest": "d\(number)", "edition": "e", "engines": {}, "format": 1, "inputs": {},
         "metrics": {"auc": 0.\(number)}, "name": "m", "notebook": "n", "parameters": {}}
        """)
      history +=
        "{\"action\":\"register\",\"at\":\(number),\"by\":\"ada\",\"host\":\"h\",\"version\":\(number)}\n"
    }
    history +=
      "{\"action\":\"promote\",\"alias\":\"champion\",\"at\":99,\"by\":\"ada\",\"host\":\"h\",\"version\":1}\n"
    try shop.write("registry/m/history.jsonl", history)
    return shop
  }

  private func events(_ shop: borrowing Workshop) throws -> [[String: Any]] {
    let text = try shop.read("registry/m/history.jsonl")
    // What follows the last line end was cut off, and does not count.
    let whole = text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
    return try whole.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  @Test func ofTwoProcessesThatPromoteAtOnceOneWins() throws {
    let shop = try registry(versions: 7)
    var champion = 1
    for round in 0..<3 {
      // Both decided while the same version was champion.
      let rivals = [2 + 2 * round, 3 + 2 * round]
      let processes = try rivals.map {
        try shop.start(["models", "promote", "m@v\($0)", "--expect", "v\(champion)"])
      }
      for process in processes { process.waitUntilExit() }
      let winners = zip(rivals, processes).filter { $0.1.terminationStatus == 0 }.map(\.0)
      #expect(winners.count == 1)
      #expect(processes.map(\.terminationStatus).sorted() == [0, 1])
      let list = try shop.washi("models", "--json")
      #expect(list.output.contains("\"champion\" : \(winners.first ?? 0)"), "\(list.output)")
      let last = try #require(try events(shop).last)
      #expect(last["version"] as? Int == winners.first)
      #expect(last["from"] as? Int == champion)
      champion = winners.first ?? champion
    }
    #expect(try events(shop).filter { $0["action"] as? String == "promote" }.count == 4)
  }

  @Test func aKilledPromotionLeavesTheOldOrTheNewChampion() throws {
    let shop = try registry(versions: 2)
    var hasSeen: Set<Int> = []
    for round in 0..<24 {
      let target = 1 + (round + 1) % 2
      let process = try shop.start(["models", "promote", "m@v\(target)"])
      // From before the process has read anything to after it has written everything.
      usleep(UInt32(round) * 4_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let list = try shop.washi("models", "--json")
      #expect(list.status == 0, "\(list.errors)")
      let champion = [1, 2].first { list.output.contains("\"champion\" : \($0)") }
      hasSeen.insert(try #require(champion, "no champion after a kill: \(list.output)"))
      _ = try events(shop)
    }
    // Nothing that a killed process held is still held.
    #expect(try shop.washi("models", "promote", "m@v2").status == 0)
    #expect(try shop.washi("models", "--json").output.contains("\"champion\" : 2"))
    #expect(!hasSeen.isEmpty)
  }
}
