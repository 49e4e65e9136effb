internal import Steps
internal import Vocabulary

/// Tables as HTML.
struct TablePage {
  var words: Words

  /// A table with its title, the note about its rows and the link to its file.
  func html(_ exhibit: TableExhibit, file: String, step: String) -> HTML {
    let columns = exhibit.table.columns.map { TableColumn($0, of: exhibit) }
    let shown = exhibit.visibleRows
    var figure: [HTML] = []
    if let title = exhibit.title { figure.append(.tag("figcaption", [:], text: title)) }
    if !columns.isEmpty {
      let rows = (0..<shown).map { row in
        HTML.tag(
          "tr", [:], columns.map { cell($0, row, isStrong: exhibit.emphasized.contains(row)) })
      }
      let table = HTML.tag(
        "table", [:],
        [
          .tag("caption", ["class": "hidden"], text: exhibit.title ?? words.step(step)),
          .tag("thead", [:], [.tag("tr", [:], columns.map(header))]),
          .tag("tbody", [:], rows),
        ])
      figure.append(scrollable(table, label: exhibit.title ?? words.step(step)))
    }
    if let caption = exhibit.caption {
      figure.append(.tag("p", ["class": "caption"], text: caption))
    }
    figure.append(note(exhibit, shown: shown, file: file))
    return .tag("figure", ["class": "table"], figure)
  }

  /// `20 of 4,812 rows · Data (CSV)`; a table shown whole has only the link.
  private func note(_ exhibit: TableExhibit, shown: Int, file: String) -> HTML {
    var parts: [HTML] = []
    if shown < exhibit.totalRows || shown == 0 {
      let count =
        shown == 0 && exhibit.totalRows == 0
        ? words.rows(0) : words.rows(shown, of: exhibit.totalRows)
      parts += [.text(count + " · ")]
    }
    parts.append(.tag("a", ["href": linkPath(file)], text: words.csv))
    if exhibit.table.rowCount < exhibit.totalRows {
      parts.append(.text(" · " + words.fileHoldsRows(exhibit.table.rowCount)))
    }
    return .tag("p", ["class": "data"], parts)
  }

  private func header(_ column: TableColumn) -> HTML {
    var content: [HTML] = [.text(column.label)]
    if let unit = column.unit {
      content += [.text(" "), .tag("span", ["class": "unit"], text: unit)]
    }
    return .tag("th", ["scope": "col", "class": column.isNumeric ? "number" : nil], content)
  }

  private func cell(_ column: TableColumn, _ row: Int, isStrong: Bool) -> HTML {
    let numberClass = column.shares == nil ? "number" : "number bar"
    guard let text = column.texts[row] else {
      return .tag("td", ["class": column.isNumeric ? numberClass : nil], [missing])
    }
    if column.isNumeric {
      let bars = column.shares.map { [bar($0[row])] } ?? []
      return .tag("td", ["class": numberClass], bars + [isStrong ? strong(text) : .text(text)])
    }
    if text.isEmpty {
      return .tag("td", [:], [.tag("span", ["class": "none"], text: "(\(words.emptyText))")])
    }
    // Only text that is long may break; a short one broken in two makes a table hard to scan.
    let words = clipped(text)
    return .tag(
      "td", ["class": text.utf8.count > 48 ? "long" : nil],
      [isStrong ? strong(words) : .text(words)])
  }

  private func strong(_ text: String) -> HTML { .tag("strong", [:], text: text) }

  /// A quiet dash, with a word for those who hear the page.
  var missing: HTML {
    .tag("span", ["class": "none", "role": "img", "aria-label": words.missing], text: "–")
  }

  private func bar(_ share: Double) -> HTML {
    .tag(
      "svg", ["aria-hidden": "true"],
      [.tag("rect", ["width": NumberFormat.percent(1).string(share), "height": "100%"])])
  }
}

/// Long text as far as a cell should show it; the file beside the page has it whole.
func clipped(_ text: String, to limit: Int = 240) -> String {
  guard text.utf8.count > limit,
    let end = text.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex),
    end < text.endIndex
  else { return text }
  return text[..<end] + "…"
}

/// A path of the version as a link.
func linkPath(_ path: String) -> String {
  percentEncoded(path, keeping: "/")
}
