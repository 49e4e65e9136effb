internal import Archiving
internal import Reporting
internal import Vocabulary

extension PageScene {
  /// Says what would change, and asks.
  func changePage(_ change: ModelChange, of entry: ModelEntry) -> String {
    let (alias, name) = (change.alias, change.model)
    let (target, current) = (change.target ?? 0, change.current.map { "v\($0)" })
    let title: String
    let button: String
    switch change.kind {
    case .promote:
      title = say(
        "Make v\(target) of \(name) the \(alias)?", "\(name) の v\(target) を \(alias) にしますか？")
      button = say("Make v\(target) the \(alias)", "v\(target) を \(alias) にする")
    case .rollback:
      title = say(
        "Roll \(alias) of \(name) back to v\(target)?", "\(name) の \(alias) を v\(target) に戻しますか？")
      button = say("Roll back to v\(target)", "v\(target) に戻す")
    case .demote:
      title = say(
        "Take \(alias) away from \(current ?? "") of \(name)?",
        "\(name) の \(current ?? "") から \(alias) を外しますか？")
      button = say("Take \(alias) away", "\(alias) を外す")
    }
    var body: [HTML] = [
      .tag(
        "p", ["class": "crumb"],
        [
          .link("/models", say("Models", "モデル")), " / ", .link(.modelPath(name), name),
        ]), .tag("h1", [:], text: title), .paragraph(consequence(of: change), "lead"),
    ]
    if change.target == change.current {
      return page(title, body + [back(to: name)])
    }
    if let target = change.target, let current = change.current {
      body.append(comparison(current, target, of: entry))
    }
    var fields: [HTML] = [
      .tag("input", ["type": "hidden", "name": "alias", "value": alias]),
      .tag(
        "input",
        ["type": "hidden", "name": "expect", "value": change.current.map { "\($0)" } ?? ""]),
    ]
    if let target = change.target {
      fields.append(.tag("input", ["type": "hidden", "name": "version", "value": "v\(target)"]))
    }
    fields += [
      .tag(
        "p", ["class": "field"],
        [
          .tag("label", ["for": "because"], text: say("Why (for the history)", "理由（履歴に残ります）")),
          .tag("input", ["id": "because", "name": "because", "maxlength": "500"]),
        ]),
      .tag(
        "p", ["class": "buttons"],
        [
          .tag("button", ["class": "main"], text: button),
          .link(.modelPath(name), say("Do nothing", "何もしない")),
        ]),
    ]
    body.append(form(.modelPath(name) + "/\(change.kind.rawValue)", fields, name: "card"))
    return page(title, body)
  }

  private func back(to name: String) -> HTML {
    .tag(
      "p", ["class": "buttons"], [.link(.modelPath(name), say("Back to \(name)", "\(name) へ戻る"))])
  }

  private func consequence(of change: ModelChange) -> String {
    let alias = change.alias
    guard let target = change.target else {
      return say(
        "What asks for \(change.model)@\(alias) is answered with an error from then on.",
        "以後 \(change.model)@\(alias) への要求はエラーになります。")
    }
    guard let current = change.current else {
      return say(
        "No version is \(alias) now. From then on v\(target) answers for it.",
        "現在 \(alias) のバージョンはありません。以後 v\(target) が応答します。")
    }
    guard current != target else {
      return say("v\(target) is \(alias) already.", "v\(target) はすでに \(alias) です。")
    }
    return say(
      "v\(current) is \(alias) now. From then on v\(target) answers; requests under way finish with v\(current).",
      "現在の \(alias) は v\(current) です。以後 v\(target) が応答し、処理中の要求は v\(current) で完了します。")
  }

  private func comparison(_ current: Int, _ target: Int, of entry: ModelEntry) -> HTML {
    let (a, b) = (entry.facts[current]?.metrics ?? [:], entry.facts[target]?.metrics ?? [:])
    let caption = say(
      "Figures of v\(current) and v\(target)", "v\(current) と v\(target) の指標")
    return .table(
      caption,
      [
        say("Figure", "指標"), say("Now v\(current)", "現在 v\(current)"), "v\(target)",
        say("Change", "変化"),
      ], numbers: [1, 2, 3],
      entry.figureNames.filter { a[$0] != nil || b[$0] != nil }.map { name in
        let change = a[name].flatMap { x in
          b[name].map { entry.format(of: name).signedString($0 - x) }
        }
        return [
          .rowHead([.text(name)]), .cell(entry.text(name, of: current), "number"),
          .cell(entry.text(name, of: target), "number"), .cell(change ?? "", "number"),
        ]
      })
  }
}
