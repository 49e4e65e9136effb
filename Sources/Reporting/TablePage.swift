internal import Steps
internal import Vocabulary

/// Tables as HTML.
struct TablePage {
  var words: Words

  /// A table with its title, the note about its rows and the link to its file.
  func html(_ exhibit: TableExhibit, file: String, step: String) -> HTML {
    html(exhibit, file: file, label: words.step(step))
  }

  /// The same under another name for those who hear the page.
  func html(_ exhibit: TableExhibit, file: String, label: String) -> HTML {
    let columns = exhibit.table.columns.map { TableColumn($0, of: exhibit) }
    let shown = exhibit.visibleRows
    var figure: [HTML] = []
    if let title = exhibit.title { figure.append(.tag("figcaption", [:], text: title)) }
    if !columns.isEmpty {
      let rows = (0..<shown).map { row in
        HTML.tag(
          "tr", ["class": exhibit.beginsGroup(row) ? "group" : nil],
          columns.enumerated().map { index, column in
            let isStrong = exhibit.emphasized.contains(row)
            return cell(column, row, isStrong: isStrong, namesRow: index == 0)
          })
      }
      let table = HTML.tag(
        "table", [:],
        [
          .tag("caption", ["class": "hidden"], text: exhibit.title ?? label),
          .tag("thead", [:], [.tag("tr", [:], columns.map(header))]),
          .tag("tbody", [:], rows),
        ] + foot(columns))
      figure.append(scrollable(table, label: exhibit.title ?? label))
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

  /// The line over all rows; what is no sum says what it is.
  private func foot(_ columns: [TableColumn]) -> [HTML] {
    guard columns.contains(where: { $0.total != nil }) else { return [] }
    let cells = columns.enumerated().map { index, column -> HTML in
      if let total = column.total {
        let kind = words.word(for: total.kind).map { kind -> [HTML] in
          [.tag("span", ["class": "unit"], text: kind), " "]
        }
        return .tag("td", ["class": "number"], (kind ?? []) + [.text(total.text)])
      }
      return index == 0
        ? .tag("th", ["scope": "row"], text: words.total) : .tag("td", [:], [])
    }
    return [.tag("tfoot", [:], [.tag("tr", [:], cells)])]
  }

  /// A cell; the first of a row names it when it is text.
  private func cell(_ column: TableColumn, _ row: Int, isStrong: Bool, namesRow: Bool) -> HTML {
    guard let text = column.texts[row] else {
      return .tag("td", ["class": column.isNumeric ? column.className(row) : nil], [missing])
    }
    if column.isNumeric {
      let bars = column.bars.flatMap { $0[row] }.map { [bar($0)] } ?? []
      return .tag(
        "td", ["class": column.className(row)], bars + [isStrong ? strong(text) : .text(text)])
    }
    if text.isEmpty {
      return .tag("td", [:], [.tag("span", ["class": "none"], text: "(\(words.emptyText))")])
    }
    // Only text that is long may break; a short one broken in two makes a table hard to scan.
    let words = clipped(text)
    return .tag(
      namesRow ? "th" : "td",
      ["scope": namesRow ? "row" : nil, "class": text.utf8.count > 48 ? "long" : nil],
      [isStrong ? strong(words) : .text(words)])
  }

  private func strong(_ text: String) -> HTML { .tag("strong", [:], text: text) }

  /// A quiet dash, with a word for those who hear the page.
  var missing: HTML {
    .tag("span", ["class": "none", "role": "img", "aria-label": words.missing], text: "–")
  }

  private func bar(_ range: ClosedRange<Double>) -> HTML {
    let format = NumberFormat.percent(1)
    return .tag(
      "svg", ["aria-hidden": "true"],
      [
        .tag(
          "rect",
          [
            "x": range.lowerBound > 0 ? format.string(range.lowerBound) : nil,
            "width": format.string(range.upperBound - range.lowerBound), "height": "100%",
          ])
      ])
  }
}

extension TableColumn {
  /// The classes of a cell of numbers.
  fileprivate func className(_ row: Int) -> String {
    var names = ["number"]
    if bars != nil { names.append("bar") }
    if let heat, heat[row] != 0 {
      names.append(heat[row] > 0 ? "heat\(heat[row])" : "cold\(-heat[row])")
    }
    if let verdict = verdicts?[row] { names += ["change", verdict.rawValue] }
    return names.joined(separator: " ")
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
