import Parsing
import Planning
import Testing
import Vocabulary

@testable import Commands

/// What `--each` and `--rows` mean.
@Suite struct BatchSetsTests {
  private func sets(
    each: [String] = [], rows: String? = nil
  ) throws -> [String] {
    let notebook = Notebook(
      parsing: """
        ```yaml parameters
        month: { type: month, default: 2021-01 }
        day: { type: date, default: 2021-01-01 }
        n: 1
        name: text
        names: [a, b]
        ```
        """, at: "n.md")
    var sets = BatchSets(of: ParameterDeclaration.decoding(notebook.parameters).0)
    if let rows { try sets.add(rows: rows, from: "rows.csv") }
    for text in each { try sets.add(each: text) }
    return sets.sets.map { set in
      set.map { "\($0.name)=\($0.text)" }.joined(separator: " ")
    }
  }

  private func refusal(each: [String] = [], rows: String? = nil) -> String? {
    do {
      _ = try sets(each: each, rows: rows)
      return nil
    } catch let refusal as Refusal {
      return refusal.diagnostics.first?.summary
    } catch {
      return "\(error)"
    }
  }

  @Test func rangesStepByTheDeclaredType() throws {
    #expect(
      try sets(each: ["month=2020-11..2021-02"])
        == ["month=2020-11", "month=2020-12", "month=2021-01", "month=2021-02"])
    #expect(
      try sets(each: ["day=2020-02-28..2020-03-01"])
        == ["day=2020-02-28", "day=2020-02-29", "day=2020-03-01"])
    #expect(try sets(each: ["n=-1..1,7"]) == ["n=-1", "n=0", "n=1", "n=7"])
    #expect(try sets(each: ["name=a..b"]) == ["name=a..b"])
  }

  @Test func commasSeparateOutsideBracketsAndQuotes() throws {
    #expect(try sets(each: ["names=[a, b],[c]"]) == ["names=[a, b]", "names=[c]"])
    #expect(try sets(each: ["name=\"a,b\",c d,\"\""]) == ["name=a,b", "name=c d", "name="])
  }

  @Test func severalAreAProduct() throws {
    #expect(
      try sets(each: ["n=1,2", "name=x,y"])
        == ["n=1 name=x", "n=1 name=y", "n=2 name=x", "n=2 name=y"])
    #expect(
      try sets(each: ["n=1,2"], rows: "name,day\r\n\"a \"\"b\"\"\",\r\nc,2021-01-02\r\n")
        == [
          "name=a \"b\" n=1", "name=a \"b\" n=2", "name=c day=2021-01-02 n=1",
          "name=c day=2021-01-02 n=2",
        ])
    #expect(try sets(rows: "name\n") == [])
  }

  @Test func saysWhatIsWrong() {
    #expect(refusal(each: ["n"]) == "`--each n` names no values")
    #expect(refusal(each: ["n=1,,2"]) == "`--each n=1,,2` has an empty value")
    #expect(refusal(each: ["n=3..1"]) == "`3..1` runs backwards")
    #expect(
      refusal(each: ["month=2020..2021"])
        == "`2020..2021` is no range of the month parameter `month`")
    #expect(refusal(each: ["n=1..99999"]) == "these are more than 10,000 sets")
    #expect(
      refusal(each: ["n=-9223372036854775808..9223372036854775807"])
        == "these are more than 10,000 sets")
    #expect(refusal(each: ["n=1..5000", "day=2021-01-01..2021-01-31"]) != nil)
    #expect(refusal(each: ["n=1", "n=2"]) == "the values of `n` are given twice")
    #expect(
      refusal(rows: "nme\na\n") == "the column `nme` of rows.csv is no parameter of the notebook")
    #expect(refusal(rows: "name,n\na\n") == "row 1 of rows.csv has 1 cell, the header 2 cells")
    #expect(refusal(rows: "name\n\"a\n") == "a quote in rows.csv is not closed")
    #expect(refusal(rows: "") == "rows.csv has no header that names parameters")
  }
}
