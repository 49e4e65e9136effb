internal import Archiving
internal import HTTPTypes
internal import Hummingbird
internal import Logging

extension Workplace {
  /// The registered models that somebody may see.
  func registered(for visitor: Visitor) throws -> [ModelEntry] {
    try models.all().compactMap { $0.seen(by: visitor) }
  }

  /// A registered model that somebody may see.
  func registered(_ name: String, for visitor: Visitor) throws -> ModelEntry {
    guard let entry = try models.entry(name)?.seen(by: visitor) else {
      throw Problem.notFound(
        "There is no registered model `\(name)`.", "登録されたモデル `\(name)` はありません。")
    }
    return entry
  }

  /// The models of reports that somebody may see.
  func exported(for visitor: Visitor) -> [Scorer.Listing] {
    scorer.all().filter { visitor.role(in: $0.name) != nil }
  }

  func modelsPage(_ call: Call) throws -> Response {
    let visitor = try call.known()
    return Answer.page(
      scene(call).modelsPage(
        registered: try registered(for: visitor), exported: exported(for: visitor)))
  }

  func modelPage(_ call: Call, _ name: String) throws -> Response {
    let visitor = try call.known()
    let entry = try registered(name, for: visitor)
    let reports = Set(
      shelf.editions().map(\.place).filter { visitor.role(in: $0.notebook) != nil }
        .map { "\($0.notebook)@\($0.edition)" })
    return Answer.page(scene(call).modelPage(entry, visitor, reports: reports))
  }

  /// Asks for confirmation, and does it when that was given.
  func changeModel(
    _ call: Call, _ name: String, _ kind: ModelChange.Kind
  ) async throws -> Response {
    let visitor = try call.known()
    guard call.request.method == .post else {
      let entry = try registered(name, for: visitor)
      let change = try ModelChange(
        kind, of: entry, alias: call.address["alias"] ?? "champion",
        version: call.address["version"])
      try check(change, on: entry, by: visitor)
      return Answer.page(scene(call).changePage(change, of: entry))
    }
    let form = try await sentForm(call)
    let entry = try registered(name, for: visitor)
    let change = try ModelChange(
      kind, of: entry, alias: form["alias"] ?? "", version: form["version"])
    let expected = form["expect"].map { $0.isEmpty ? nil : Int($0) } ?? change.current
    try await carryOut(
      change, expecting: .version(expected), because: form["because"], on: entry, call)
    return Answer.seeOther(.modelPath(name))
  }

  private func check(
    _ change: ModelChange, on entry: ModelEntry, by visitor: Visitor
  ) throws(Problem) {
    guard entry.mayChange([change.target, change.current], visitor) else {
      throw Problem(
        .notAllowed,
        "Moving an alias needs the role admin for the notebooks that made the models: it passes by their gates.",
        "別名の変更には、モデルを作ったノートブックの管理者の役割が必要です（ゲートを通さない操作のため）。")
    }
  }

  /// Does what was decided, unless somebody else has moved the alias meanwhile.
  func carryOut(
    _ change: ModelChange, expecting: ModelRegistry.Expectation, because: String?,
    on entry: ModelEntry, _ call: Call
  ) async throws {
    let visitor = try call.known()
    try check(change, on: entry, by: visitor)
    let reason = because.map { String($0.prefix(500)) }.flatMap { $0.isEmpty ? nil : $0 }
    if let number = change.target {
      // Loaded before anybody is sent to it, so that no request waits for that.
      do {
        _ = try await scorer.load(.registered(name: change.model, number: number))
      } catch {
        log.error("model \(change.model)@v\(number): \(error)")
        throw Problem(
          .conflict, "v\(number) cannot be loaded, so it was not given `\(change.alias)`: \(error)",
          "v\(number) を読み込めないため、`\(change.alias)` にできません。")
      }
    }
    let actor = ModelRegistry.Actor(at: call.now, user: visitor.name, host: host)
    let (registry, change) = (models.registry, change)
    do {
      try await blocking {
        switch change.kind {
        case .promote:
          try registry.promote(
            change.model, change.target ?? 0, to: change.alias, expecting: expecting, by: actor,
            because: reason)
        case .rollback:
          _ = try registry.rollback(
            change.model, change.alias, expecting: expecting, by: actor, because: reason)
        case .demote:
          _ = try registry.demote(
            change.model, change.alias, expecting: expecting, by: actor, because: reason)
        }
      }
    } catch let error as ArchiveError where error.kind == .movedAlias {
      // Nobody's fault, and nothing for the server's log.
      throw Problem(about: error)
    }
    await note(change.action, change.subject, call)
  }
}

extension String {
  /// The path of a registered model's page.
  static func modelPath(_ name: String) -> String { "/models/" + Address.encoded(name) }
}
