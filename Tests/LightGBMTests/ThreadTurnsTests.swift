import Dispatch
import LightGBM
import Synchronization
import Testing

/// LightGBM's number of threads belongs to the whole process.
@Suite struct ThreadTurnsTests {
  @Test func predictionsWithDifferentThreadsRunBesideEachOther() throws {
    let library = try lightGBM()
    let names = (0..<200).map { "f\($0)" }
    let matrix = (0..<(30 * 200)).map { Double($0 * 7919 % 1009) / 100 }
    let labels = (0..<30).map { Float($0 % 3 == 0 ? 1 : 0) }
    let (text, wanted) = try Session.run(library) { session throws(LightGBMError) in
      let settings: Parameters = [
        "objective": "binary", "verbosity": "-1", "num_threads": "1", "min_data_in_leaf": "2",
      ]
      let data = try Dataset(
        session, matrix: matrix, names: names, label: labels, parameters: settings)
      let booster = try Booster(session, training: data, parameters: settings)
      for _ in 0..<5 { try booster.update() }
      return (
        try booster.modelText(), try booster.predict(matrix: matrix, parameters: settings)
      )
    }
    // Without turns one of these ends the process within a moment.
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 6) { number in
      let isRight = try? Session.run(library) { session throws(LightGBMError) in
        let booster = try Booster(session, model: text)
        let settings: Parameters = ["num_threads": "\(1 + number % 3 * 3)"]
        for _ in 0..<2000 {
          if try booster.predict(matrix: matrix, parameters: settings) != wanted { return false }
        }
        return true
      }
      if isRight != true { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
  }
}
