import Parsing
import Planning
import Testing
import Vocabulary

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct ShippedNotebookTests {
  @Test(arguments: [
    "tour.md", "credit/data.md", "credit/eda.md", "credit/monthly.md", "credit/compare.md",
    "fraud/data.md", "fraud/train.md",
  ])
  func planWithoutRemarks(_ name: String) throws {
    let text = try String(contentsOfFile: "\(packageRoot)/notebooks/\(name)", encoding: .utf8)
    let notebook = Notebook(parsing: text, at: name)
    do {
      let plan = try Planning.Plan(for: notebook, using: engine())
      #expect(plan.warnings.map { "\($0.range?.description ?? "") \($0.summary)" } == [])
      #expect(plan.steps.count == notebook.steps.count)
    } catch let refusal as Refusal {
      Issue.record(
        "\(refusal.diagnostics.map { "\($0.range?.description ?? "") \($0.summary)" })")
    }
  }
}
