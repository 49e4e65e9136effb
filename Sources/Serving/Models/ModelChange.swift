internal import Archiving
internal import Steps

/// Something that is done to an alias of a registered model, decided but not yet done.
struct ModelChange: Sendable, Hashable {
  /// What is done.
  enum Kind: String, Sendable, Hashable, CaseIterable {
    case promote
    case rollback
    case demote
  }

  var kind: Kind
  var model: String
  var alias: String
  /// The version that gets the alias; nil when it is taken away.
  var target: Int?
  /// The version that has it now.
  var current: Int?

  /// What would be done to an alias as the model stands; `version` is for promotions.
  init(
    _ kind: Kind, of entry: ModelEntry, alias: String, version: String?
  ) throws(Problem) {
    self.kind = kind
    model = entry.name
    self.alias = alias
    if let fault = RegistryName.fault(inAlias: alias) {
      throw .bad("An alias \(fault).", "別名「\(alias)」は使えません。")
    }
    current = entry.aliases[alias]
    switch kind {
    case .promote:
      guard let number = version.flatMap({ entry.number($0) ?? Int($0) }),
        entry.versions.contains(number)
      else {
        throw .notFound(
          "The model `\(model)` has no version `\(version ?? "")`.",
          "モデル `\(model)` にバージョン「\(version ?? "")」はありません。")
      }
      target = number
    case .rollback:
      guard let number = ModelRegistry.predecessor(of: alias, after: entry.events) else {
        throw Problem(
          .conflict, "No version of `\(model)` was `\(alias)` before.",
          "`\(model)` の `\(alias)` に以前のバージョンはありません。")
      }
      target = number
    case .demote:
      guard current != nil else {
        throw .notFound(
          "The model `\(model)` has no `\(alias)`.", "モデル `\(model)` に `\(alias)` はありません。")
      }
      target = nil
    }
  }
}

extension ModelChange {
  /// What it is called when it was done, for the log of who did what.
  var action: String {
    switch kind {
    case .promote: "model promoted"
    case .rollback: "model rolled back"
    case .demote: "alias taken away"
    }
  }

  /// What it was done to, for that log: `credit-default@champion v2 to v3`.
  var subject: String {
    let before = current.map { "v\($0)" } ?? "none"
    return "\(model)@\(alias) \(before) to \(target.map { "v\($0)" } ?? "none")"
  }
}
