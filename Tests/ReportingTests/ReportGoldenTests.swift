import Foundation
import Reporting
import Testing

@Suite struct ReportGoldenTests {
  @Test func printsEveryFileOfAMonthlyReport() throws {
    try expectGoldens(of: Report(of: RunFixture.monthly().run()), in: "monthly")
  }

  @Test func printsAFailedRunWithItsBandAndWhatWasDoneBefore() throws {
    try expectGoldens(of: Report(of: RunFixture.failed().run()), in: "failed")
  }

  @Test func printsJapaneseFixedWords() throws {
    try expectGoldens(of: Report(of: RunFixture.japanese().run()), in: "japanese")
  }

  /// Pictures are Charting's affair and have goldens there; style sheets change with the look.
  private func expectGoldens(of report: Report, in folder: String) throws {
    for file in report.files {
      guard case .text(let text) = file.content, !file.path.hasSuffix(".svg") else { continue }
      let bare = file.path == "index.html" ? withoutStylesAndPictures(text) : text
      try expectGolden(bare, "\(folder)/\(file.path)")
    }
    let pathList = report.files.map(\.path).joined(separator: "\n") + "\n"
    try expectGolden(pathList, "\(folder)/files.txt")
  }
}

/// The page with `…` for its style, its style's digest and its pictures.
func withoutStylesAndPictures(_ page: String) -> String {
  var out = page
  for (open, close) in [("<style>", "</style>"), ("'sha256-", "'"), ("<svg id=", "</svg>")] {
    var place = out.startIndex
    while let start = out.range(of: open, range: place..<out.endIndex),
      let end = out.range(of: close, range: start.upperBound..<out.endIndex)
    {
      let head = out.distance(from: out.startIndex, to: start.upperBound) + 1
      out.replaceSubrange(start.upperBound..<end.lowerBound, with: "…")
      place = out.index(out.startIndex, offsetBy: head)
    }
  }
  return out
}
