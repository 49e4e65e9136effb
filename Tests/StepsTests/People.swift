import DuckDB
import Foundation
import Testing
import Vocabulary

@testable import Steps

/// People of whom some return: the rows that most tests of learning steps learn from.
enum People {
  static func bench(threads: Int = 1) throws -> Bench {
    let bench = try Bench(threads: threads)
    let package = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    bench.workspace.lightGBM = LibrarySearch(
      explicit: ProcessInfo.processInfo.environment["WASHI_LIGHTGBM"],
      folders: [package.appending(path: ".deps/lib").path])
    return bench
  }

  /// 2,000 people with numbers, dates, texts and missing values; `returns` depends on them.
  static let rows = #"""
    SELECT i AS person, (i * 7919 % 1000) / 10.0 AS minutes, (i * 104729 % 97)::HUGEINT AS visits,
      CASE i * 31 % 4 WHEN 0 THEN 'red' WHEN 1 THEN 'it''s' WHEN 2 THEN 'blue' END AS "fav ""x""",
      DATE '2020-01-01' + (i % 400)::INTEGER AS "select",
      CASE WHEN i * 7919 % 1000 + (i * 15485863 % 499) + 150 * (i * 31 % 4 % 2) > 900
        THEN 'yes' ELSE 'no' END AS returns
    FROM range(2000) t(i)
    """#

  static func trained(_ options: String = "", threads: Int = 1) throws -> (Bench, StepResult) {
    let bench = try bench(threads: threads)
    try bench.make("people", rows)
    let result = try bench.run(
      """
      ```yaml step model
      uses: train
      table: people
      target: returns
      id: person
      split: { test: 0.2, validation: 0.2 }
      params: { learning_rate: 0.2, num_leaves: 7 }
      rounds: 60
      early_stopping: 10
      \(options)
      ```
      """)
    return (bench, result)
  }
}
