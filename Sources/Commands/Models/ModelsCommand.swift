internal import Archiving
internal import ArgumentParser
internal import Parsing
internal import Steps
internal import Vocabulary

/// `washi models`: the registry.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List, compare, promote and export registered models.",
    discussion: """
      A model is named name@alias, name@v3 or name@latest. Models are kept by `register` steps below \
      registry/, and used by `model: name@alias` in a notebook; champion.metric in an expression is a \
      figure of the champion.

      EXAMPLES:
        washi models
        washi models show credit-default
        washi models compare credit-default@champion credit-default@latest
        washi models compare credit-default@v1 credit-default@v2 --data loans.csv --keep loan_id
        washi models promote credit-default@v3 --to champion
        washi models rollback credit-default@champion
      """,
    subcommands: [
      List.self, Show.self, Promote.self, Demote.self, Rollback.self, Compare.self, Export.self,
    ], defaultSubcommand: List.self)

  /// Where the registry lies.
  struct Place: ParsableArguments {
    @Option(help: ArgumentHelp("The registry's folder (default: registry).", valueName: "dir"))
    var registry: String?

    func open(at desk: Desk) throws -> ModelRegistry {
      let project = desk.project
      if let registry {
        return ModelRegistry(
          Paths.absolute(registry, in: project.workingDirectory), shownAs: registry)
      }
      let places = try project.file(environment: nil).file.sharedPlaces()
      let registry = ModelRegistry(of: project).shared(places)
      try registry.pull()
      return registry
    }
  }

  /// `washi models list`.
  struct List: Action {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List models and their aliases.")
    @OptionGroup var place: Place
    @Flag(help: "Print a JSON array.")
    var json = false

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let entries = try registry.names().map { name in
        Entry(
          name: name, versions: registry.versions(of: name), aliases: try registry.aliases(of: name)
        )
      }
      if json {
        desk.console.say(JSONText.encode(entries, isIndented: true))
      } else if entries.isEmpty {
        desk.console.note("no model is registered yet: a `register` step keeps one")
      } else {
        let rows = entries.map { entry in
          [
            entry.name, "v\(entry.versions.last ?? 0)",
            entry.aliases.sorted { $0.key < $1.key }.map { "\($0.key) v\($0.value)" }
              .joined(separator: ", "),
          ]
        }
        desk.console.say(
          TextTable(rows: [["MODEL", "NEWEST", "ALIASES"]] + rows).lines.joined(separator: "\n"))
      }
      return .done
    }

    struct Entry: Encodable {
      var name: String
      var versions: [Int]
      var aliases: [String: Int]
    }
  }

  /// `washi models show`.
  struct Show: Action {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Say what a model is, where it came from, and who did what when.")
    @OptionGroup var place: Place
    @Argument(help: "A model, such as credit-default or credit-default@champion.")
    var model: String

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let (name, number) = try registry.resolve(model, orNewest: true)
      let facts = try registry.facts(of: name, number)
      var rows: [[String]] = [["Model", "\(name)@v\(number)"], ["Digest", facts.digest]]
      rows.append(["Made by", "\(facts.notebook)@\(facts.edition)"])
      rows += facts.parameters.sorted { $0.key < $1.key }.map {
        ["Parameter", "\($0.key) \($0.value)"]
      }
      rows += facts.metrics.sorted { $0.key < $1.key }
        .map { ["Metric", "\($0.key) \(NumberFormat.automatic.string($0.value))"] }
      rows += facts.inputs.sorted { $0.key < $1.key }
        .map { ["Input", "\($0.key) \($0.value.prefix(12))"] }
      rows += (facts.snapshots ?? [:]).sorted { $0.key < $1.key }.flatMap { entry, digests in
        digests.map { ["Snapshot", "\(entry) \($0.prefix(12))"] }
      }
      rows += facts.engines.sorted { $0.key < $1.key }.map { ["Engine", "\($0.key) \($0.value)"] }
      for line in TextTable(rows: rows).lines { desk.console.say(line) }
      let events = try registry.history(of: name).map { event in
        [
          Amounts.localTime(event.at), event.action.rawValue, "v\(event.version)",
          event.alias ?? "", event.from.map { "was v\($0)" } ?? "", event.by, event.because ?? "",
        ]
      }
      desk.console.say("")
      let header = ["WHEN", "WHAT", "VERSION", "ALIAS", "", "WHO", "WHY"]
      for line in TextTable(rows: [header] + events).lines { desk.console.say(line) }
      return .done
    }
  }

  /// `washi models promote`.
  struct Promote: Action {
    static let configuration = CommandConfiguration(
      commandName: "promote",
      abstract: "Give an alias to a version.",
      discussion: "With --expect, nothing is done when another version has the alias by now.")
    @OptionGroup var place: Place
    @Argument(help: "A version, such as credit-default@v3 or credit-default@challenger.")
    var model: String
    @Option(help: ArgumentHelp("The alias.", valueName: "alias"))
    var to = "champion"
    @Option(
      help: ArgumentHelp(
        "The version that has it now, such as v2; none for nobody.", valueName: "version"))
    var expect: String?
    @Option(help: ArgumentHelp("Why, for the history.", valueName: "text"))
    var because: String?

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let (name, number) = try registry.resolve(model)
      var expecting = ModelRegistry.Expectation.anything
      if let expect {
        guard let version = RegistryName.number(expect) ?? (expect == "none" ? 0 : nil) else {
          throw Refusal([
            .error("wrong-call", "--expect must be a version such as v2, or none", at: nil)
          ])
        }
        expecting = .version(version == 0 ? nil : version)
      }
      let before = try registry.promote(
        name, number, to: to, expecting: expecting, by: desk.actor, because: because)
      desk.console.say(
        before == number
          ? "v\(number) of \(name) is \(to) already"
          : "v\(number) of \(name) is \(to) now" + (before.map { ", v\($0) was" } ?? ""))
      if before != number { await Messenger.tellAliases(of: name, at: desk) }
      return .done
    }
  }

  /// `washi models demote`.
  struct Demote: Action {
    static let configuration = CommandConfiguration(
      commandName: "demote", abstract: "Take an alias away.")
    @OptionGroup var place: Place
    @Argument(help: "The alias of a model, such as credit-default@challenger.")
    var model: String

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let (name, alias) = try ModelRegistry.aliasParts(model)
      let number = try registry.demote(name, alias, by: desk.actor)
      desk.console.say("v\(number) of \(name) is no longer \(alias)")
      await Messenger.tellAliases(of: name, at: desk)
      return .done
    }
  }

  /// `washi models rollback`.
  struct Rollback: Action {
    static let configuration = CommandConfiguration(
      commandName: "rollback",
      abstract: "Give an alias back to the version that had it before.")
    @OptionGroup var place: Place
    @Argument(help: "The alias of a model; without one its champion.")
    var model: String

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let (name, alias) = try ModelRegistry.aliasParts(
        model.contains("@") ? model : "\(model)@champion")
      let (from, to) = try registry.rollback(name, alias, by: desk.actor)
      desk.console.say(
        "v\(to) of \(name) is \(alias) again" + (from.map { ", v\($0) was" } ?? ""))
      await Messenger.tellAliases(of: name, at: desk)
      return .done
    }
  }

  /// `washi models export`.
  struct Export: Action {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Copy the bundle of a model into a new folder.")
    @OptionGroup var place: Place
    @Argument(help: "A model, such as credit-default@champion.")
    var model: String
    @Argument(help: "The folder, which is made.", completion: .directory)
    var folder: String

    func perform(at desk: Desk) async throws -> ExitStatus {
      let registry = try place.open(at: desk)
      let (name, number) = try registry.resolve(model)
      let target = Paths.absolute(folder, in: desk.circumstances.workingDirectory)
      try registry.export(name, number, to: target)
      desk.console.say(desk.project.shown(target))
      return .done
    }
  }
}

extension ModelRegistry {
  /// The registry of a project.
  init(of project: Project) {
    let name = (try? project.file(environment: nil))?.file.registry ?? "registry"
    self.init(project.path(name), shownAs: name)
  }

  /// The version that an address stands for; a bare name is its newest when that is allowed.
  func resolve(
    _ text: String, orNewest: Bool = false
  ) throws -> (name: String, number: Int) {
    let address = orNewest && !text.contains("@") ? "\(text)@latest" : text
    let (name, slot) = try Self.aliasParts(address)
    return (name, try number(name, slot))
  }

  /// The name and the alias or version in an address.
  static func aliasParts(_ text: String) throws(Refusal) -> (name: String, slot: String) {
    guard let parts = RegistryName.parts(text) else {
      throw Refusal([
        .error(
          "wrong-call", "`\(text)` names no model", at: nil,
          solutions: ["write name@alias, name@v3 or name@latest"])
      ])
    }
    return parts
  }
}

extension SnapshotStore {
  /// The rows that the versions of a project keep.
  init(of project: Project) {
    let name = (try? project.file(environment: nil))?.file.snapshots ?? "snapshots"
    self.init(project.path(name))
  }
}

extension Desk {
  /// Who does something to the registry, and when.
  var actor: ModelRegistry.Actor {
    ModelRegistry.Actor(
      at: circumstances.now(), user: circumstances.user, host: circumstances.host)
  }
}
