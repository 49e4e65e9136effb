import Foundation
import Testing

/// `Examples/learning`: its program is built with the tests against the modules of the product, and
/// run here.
@Suite struct LearningExampleTests {
  @Test(.enabled(if: !Workshop.library("lightgbm").isEmpty, "LightGBM is not in .deps"))
  func learnsFromTheLibraryAlone() throws {
    let example = Workshop.package.appending(path: "Examples/learning")
    func run() throws -> String {
      let process = Process()
      process.executableURL = Workshop.executable.deletingLastPathComponent()
        .appending(path: "LearningExample")
      process.currentDirectoryURL = example
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      return String(decoding: output, as: UTF8.self)
    }
    let output = try run()
    let lines = output.split(separator: "\n")
    #expect(
      lines.map { $0.prefix { $0 != ":" } } == ["lightgbm", "random_forest", "svm", "mlp", "tuned"])
    for line in lines {
      let share = line.split(separator: "R² ").last?.prefix { $0 != " " }
      // The forest, whose trees see a part of three columns each, comes least near.
      #expect(share.flatMap { Double($0) } ?? 0 > 0.8, "\(line)")
      #expect(line.hasSuffix("on 200 flats"))
    }
    #expect(try run() == output)
  }

  /// What the separate package asks of this one.
  @Test func asksForAProductThatThereIs() throws {
    func text(_ path: String) throws -> String {
      try String(contentsOf: Workshop.package.appending(path: path), encoding: .utf8)
    }
    #expect(
      try text("Examples/learning/Package.swift").contains(
        #".product(name: "WashiLearning", package: "washi")"#))
    #expect(
      try text("Package.swift").contains(
        #".library(name: "WashiLearning", targets: ["Learning", "Vocabulary"])"#))
  }
}
