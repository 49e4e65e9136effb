internal import Reporting

extension PageScene {
  /// The page that asks who comes.
  func signInPage(failed: String?, name: String = "", back: String) -> String {
    let title = say("Sign in", "サインイン")
    var body: [HTML] = [.tag("h1", [:], text: title)]
    if let failed { body.append(.tag("p", ["class": "band", "role": "alert"], text: failed)) }
    body.append(
      form(
        "/signin",
        [
          .tag("input", ["type": "hidden", "name": "back", "value": back]),
          field("name", say("Name", "名前"), ["autocomplete": "username", "value": name]),
          field(
            "password", say("Password", "パスワード"),
            ["type": "password", "autocomplete": "current-password"]),
          .tag("p", [:], [.tag("button", ["class": "main"], text: title)]),
        ], name: "card"))
    return page(title, body)
  }

  private func field(
    _ name: String, _ label: String, _ attributes: KeyValuePairs<String, String?>
  ) -> HTML {
    var all: [HTML.Attribute] = [
      HTML.Attribute(name: "id", value: name), HTML.Attribute(name: "name", value: name),
      HTML.Attribute(name: "required", value: ""),
    ]
    all += attributes.compactMap { pair in
      pair.value.flatMap { $0.isEmpty ? nil : HTML.Attribute(name: pair.key, value: $0) }
    }
    return .tag(
      "p", ["class": "field"],
      [
        .tag("label", ["for": name], text: label),
        .element(name: "input", attributes: all, children: []),
      ])
  }

  /// What somebody can do for themselves: their tokens.
  func accountPage(_ user: User, _ tokens: [Token], made: String?) -> String {
    let title = say("Account of \(user.name)", "\(user.name) のアカウント")
    var body: [HTML] = [.tag("h1", [:], text: title)]
    let roles = user.grants.map { grant in
      [
        HTML.rowHead([.text(grant.folder.isEmpty ? say("all notebooks", "すべて") : grant.folder)]),
        HTML.cell(say.role(grant.role)),
      ]
    }
    body.append(.table(say("Roles", "役割"), [say("Notebooks", "ノートブック"), say("Role", "役割")], roles))
    body.append(.tag("h2", [:], text: say("API tokens", "API トークン")))
    if let made {
      body.append(
        .tag(
          "div", ["class": "band good", "role": "status"],
          [
            .paragraph(
              say(
                "This is the token. It is shown once and cannot be read again.",
                "これがトークンです。一度だけ表示され、後から見ることはできません。")),
            .tag("pre", [:], [.tag("code", [:], text: made)]),
          ]))
    }
    let live = tokens.filter { $0.revokedAt == nil }
    if live.isEmpty {
      body.append(.paragraph(say("There is no token.", "トークンはありません。")))
    } else {
      body.append(
        .table(
          say("Tokens", "トークン"),
          [say("For", "用途"), say("Allows", "権限"), say("Made", "作成"), say("Revoke", "失効")],
          live.map { token in
            [
              .rowHead([.text(token.label)]),
              .cell(token.role.map { say.role($0) } ?? say("all that you may", "本人と同じ")),
              .cell(ClockText.minute(token.createdAt)),
              .cell([
                form(
                  "/account/tokens/\(token.id)/revoke",
                  [
                    .tag(
                      "button", [:],
                      text: say("Revoke `\(token.label)`", "「\(token.label)」を失効させる"))
                  ])
              ]),
            ]
          }))
    }
    let roleChoices = [nil] + Role.allCases.map(Optional.init)
    body.append(
      form(
        "/account/tokens",
        [
          field("label", say("What it is for", "用途"), ["maxlength": "80"]),
          .tag(
            "p", ["class": "field"],
            [
              .tag("label", ["for": "role"], text: say("Allows at most", "権限の上限")),
              .tag(
                "select", ["id": "role", "name": "role"],
                roleChoices.map { role in
                  .tag(
                    "option", ["value": role?.rawValue ?? "-"],
                    text: role.map { say.role($0) } ?? say("all that you may", "本人と同じ"))
                }),
            ]),
          .tag("p", [:], [.tag("button", ["class": "main"], text: say("Make a token", "トークンを作る"))]),
        ], name: "card"))
    return page(title, body)
  }

  /// Who did what.
  func auditPage(_ entries: [AuditEntry]) -> String {
    let title = say("Who did what", "操作の記録")
    return page(
      title,
      [
        .tag("h1", [:], text: title),
        .table(
          title,
          [
            say("When", "日時"), say("Who", "誰が"), say("From", "どこから"), say("Did", "操作"),
            say("With", "対象"),
          ],
          entries.map { entry in
            [
              .cell(ClockText.minute(entry.at)), .cell(entry.user), .cell(entry.address),
              .cell(entry.action), .cell(entry.subject),
            ]
          }),
      ], isWide: true)
  }
}
