import DuckDB
import LightGBM
import Vocabulary

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The package's root, found from this file: `<root>/Tests/LightGBMTests/Engines.swift`.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// Where `Scripts/setup` unpacks the libraries.
let search = LibrarySearch(folders: ["\(packageRoot)/.deps/lib"])

/// The real data beside the repository, when it is there.
let cardDefault: String? = {
  let path = "\(packageRoot)/../shared/data/card_default.csv"
  return unsafe access(path, R_OK) == 0 ? path : nil
}()

func lightGBM() throws(LightGBMError) -> LightGBM.Library {
  try LightGBM.Library.load(search)
}

func connection() throws(DuckDBError) -> Connection {
  try Database(DuckDB.Library.load(search)).connect()
}

/// The area under the ROC curve: the share of pairs in order, ties half.
func areaUnderCurve(_ scores: [Double], _ labels: [Double]) -> Double {
  let order = scores.indices.sorted { scores[$0] < scores[$1] }
  var rankSum = 0.0
  var start = 0
  while start < order.count {
    var end = start
    while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
    // Ranks from 1; ties share their mean.
    let rank = Double(start + 1 + end) / 2
    for index in order[start..<end] where labels[index] == 1 { rankSum += rank }
    start = end
  }
  let positives = labels.reduce(0, +)
  let negatives = Double(labels.count) - positives
  return (rankSum - positives * (positives + 1) / 2) / (positives * negatives)
}
