internal import ArgumentParser
internal import Serving
internal import Vocabulary

/// `washi serve user`: who may come.
struct ServeUserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Add, list and remove the people of the workplace.",
    subcommands: [Add.self, List.self, Remove.self])

  /// `washi serve user add`.
  struct Add: Action {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Add somebody, or change their roles or password.",
      discussion: """
        Asks for the password; when standard input is no terminal, its first line is the password. Roles \
        are viewer, runner and admin, for everything or for a folder of notebooks.

        EXAMPLES:
          washi serve user add ada --role admin
          washi serve user add ben --role runner:credit --role viewer
          washi serve user add nightly --role runner --no-password
        """)

    @Argument(help: "The name.")
    var name: String

    @Option(help: ArgumentHelp("A role; several times.", valueName: "role[:folder]"))
    var role: [String] = []

    @Flag(help: "They come by token or proxy only, or keep the password they have.")
    var noPassword = false

    func validate() throws {
      for text in role where Grant(parsing: text) == nil {
        throw ValidationError("`\(text)` is no role: viewer, runner or admin, or role:folder")
      }
      let isSafe = name.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
      if name.isEmpty || name.utf8.count > 100 || !isSafe {
        throw ValidationError("a name has 1 to 100 characters and no spaces")
      }
    }

    func perform(at desk: Desk) async throws -> ExitStatus {
      let store = try WorkplaceStore(of: desk.project)
      let isKnown = try await store.users().contains { $0.name == name }
      if !isKnown, role.isEmpty {
        throw ValidationError("say what \(name) may do: --role viewer, runner or admin")
      }
      let password = noPassword ? nil : try Password.ask(for: name, at: desk)
      try await store.setUser(
        name, password: password, grants: role.compactMap { Grant(parsing: $0) },
        now: desk.circumstances.now())
      desk.console.note(isKnown ? "\(name) was changed" : "\(name) was added")
      return .done
    }
  }

  /// `washi serve user list`.
  struct List: Action {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List everybody with their roles.")

    func perform(at desk: Desk) async throws -> ExitStatus {
      let users = try await WorkplaceStore(of: desk.project).users()
      let rows = users.map { user in
        [
          user.name,
          user.grants.map {
            $0.folder.isEmpty ? $0.role.rawValue : "\($0.role.rawValue):\($0.folder)"
          }
          .joined(separator: " "),
        ]
      }
      if rows.isEmpty {
        desk.console.note("nobody has been added: washi serve user add NAME --role admin")
      } else {
        desk.console.say(TextTable(rows: [["NAME", "ROLES"]] + rows).lines.joined(separator: "\n"))
      }
      return .done
    }
  }

  /// `washi serve user remove`.
  struct Remove: Action {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Remove somebody with their tokens and sessions.")

    @Argument(help: "The name.")
    var name: String

    func perform(at desk: Desk) async throws -> ExitStatus {
      let store = try WorkplaceStore(of: desk.project)
      let names = try await store.users().map(\.name)
      guard try await store.removeUser(name) else {
        throw Refusal([
          .error(
            "unknown-user", "there is nobody called `\(name)`", at: nil,
            solutions: solutions(forUnknown: name, among: names))
        ])
      }
      desk.console.note("\(name) was removed")
      return .done
    }
  }
}

/// `washi serve token`: keys for programs.
struct ServeTokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and revoke the tokens that programs come with.",
    subcommands: [Add.self, List.self, Revoke.self])

  /// `washi serve token add`.
  struct Add: Action {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Make a token and print it; it cannot be read again.")

    @Argument(help: "Whom it stands for.")
    var user: String

    @Argument(help: "What it is for.")
    var label: String

    @Option(help: "The most that it allows: viewer, runner or admin.")
    var role: String?

    @Option(help: ArgumentHelp("Days until it ends (default: never).", valueName: "n"))
    var days: Int?

    func validate() throws {
      if let role, Role(rawValue: role) == nil {
        throw ValidationError("--role must be viewer, runner or admin")
      }
      if let days, !(1...36_500).contains(days) {
        throw ValidationError("--days must be 1 to 36500")
      }
    }

    func perform(at desk: Desk) async throws -> ExitStatus {
      let store = try WorkplaceStore(of: desk.project)
      let names = try await store.users().map(\.name)
      guard names.contains(user) else {
        throw Refusal([
          .error(
            "unknown-user", "there is nobody called `\(user)`", at: nil,
            solutions: solutions(forUnknown: user, among: names)
              + ["`washi serve user add NAME --role ROLE` adds somebody"])
        ])
      }
      let now = desk.circumstances.now()
      let (_, text) = try await store.makeToken(
        for: user, label: label, role: role.flatMap { Role(rawValue: $0) },
        endsAt: days.map { now + Int64($0) * 86_400_000 }, now: now)
      desk.console.say(text)
      return .done
    }
  }

  /// `washi serve token list`.
  struct List: Action {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the tokens, without their texts.")

    func perform(at desk: Desk) async throws -> ExitStatus {
      let tokens = try await WorkplaceStore(of: desk.project).tokens(of: nil)
      let rows = tokens.map { token in
        [
          token.id, token.user, token.label, token.role?.rawValue ?? "",
          Amounts.localTime(token.createdAt),
          token.revokedAt != nil
            ? "revoked" : token.endsAt.map { "ends " + Amounts.localTime($0) } ?? "",
        ]
      }
      if rows.isEmpty {
        desk.console.note("there is no token: washi serve token add USER LABEL")
      } else {
        let header = ["TOKEN", "USER", "FOR", "ROLE", "MADE", ""]
        desk.console.say(TextTable(rows: [header] + rows).lines.joined(separator: "\n"))
      }
      return .done
    }
  }

  /// `washi serve token revoke`.
  struct Revoke: Action {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "End a token for good.")

    @Argument(help: "The token's name, as `list` shows it.")
    var token: String

    func perform(at desk: Desk) async throws -> ExitStatus {
      let store = try WorkplaceStore(of: desk.project)
      guard try await store.revokeToken(token, of: nil, now: desk.circumstances.now()) else {
        throw Refusal([
          .error(
            "unknown-token", "there is no token `\(token)`", at: nil,
            solutions: solutions(
              forUnknown: token, among: try await store.tokens(of: nil).map(\.id)))
        ])
      }
      desk.console.note("\(token) was revoked")
      return .done
    }
  }
}

extension WorkplaceStore {
  /// The store of a project's workplace.
  convenience init(of project: Project) throws {
    try self.init(inFolder: project.path(".washi/serve"))
  }
}
