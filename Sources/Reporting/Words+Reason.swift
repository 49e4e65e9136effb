extension Words {
  /// Why a step has no result, in the language of the report. What the run says is a fixed sentence
  /// with names in it; one that is not known here stays as it is.
  func reason(_ english: String) -> String {
    guard self == .japanese else { return english }
    if english == "its condition `when` does not hold" { return "条件`when`が成り立たないため" }
    if let name = english.between("step ", " failed") { return "ステップ\(name)が失敗したため" }
    if let name = english.between("", " refused") { return "\(name)が却下したため" }
    if let names = english.between("it needs ", ", which has no result") {
      return "結果のない\(names.replacing(", ", with: "、"))を必要とするため"
    }
    return english
  }
}

extension String {
  fileprivate func between(_ head: String, _ tail: String) -> Substring? {
    hasPrefix(head) && hasSuffix(tail) && utf8.count > head.utf8.count + tail.utf8.count
      ? dropFirst(head.count).dropLast(tail.count) : nil
  }
}
