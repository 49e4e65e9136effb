internal import Archiving
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// What somebody wants to be run, before it is checked.
struct Order: Sendable {
  var values: [Job.Assignment] = []
  /// Digests of uploads by catalog entry.
  var uploads: [String: String] = [:]
  /// Whether different files that are there already may be replaced.
  var replaces = false
  /// The caller's own name for it.
  var key: String?

  /// What is ordered, as one digest: the same order has the same one.
  func digest(of notebook: String) -> String {
    let words =
      [notebook] + values.flatMap { [$0.name, $0.text] }
      + uploads.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    return Secret.digest(words.map { "\($0.utf8.count):\($0)" }.joined())
  }
}

/// An order that can run: its plan, and where its uploads go.
struct CheckedOrder: Sendable {
  var plan: Plan
  var placements: [Job.Placement]
  var preview: RunPreview
}

extension Workplace {
  /// The notebook of this name.
  func opened(_ name: String) async throws -> OpenedNotebook {
    let pressroom = pressroom
    guard let opened = try await blocking({ try pressroom.notebook(name) }) else {
      throw Problem.notebook(name)
    }
    return opened
  }

  /// Checks an order as far as it can be known without reading data: values, places of files,
  /// headers of uploads.
  func check(
    _ order: Order, of opened: OpenedNotebook, by visitor: Visitor
  ) async throws -> CheckedOrder {
    // A process cannot be given such a text.
    if let value = order.values.first(where: { $0.text.utf8.contains(0) }) {
      throw Problem(
        .wrongValues, "`\(value.name)` holds a NUL character.",
        "`\(value.name)` に NUL 文字が含まれています。")
    }
    try Self.confine(order.values, of: opened)
    var arguments = Arguments()
    for value in order.values { arguments.add(.text(value.name, value.text), from: "form") }
    let pressroom = pressroom
    let given = arguments
    let plan = try await blocking { try pressroom.plan(opened, with: given) }
    if !settings.allowsProcesses, plan.startsProcesses {
      throw Problem(
        .notAllowed,
        "`\(opened.name)` has steps in python or sh; the server was not started with --allow-processes.",
        "`\(opened.name)` には python または sh のステップがあります。サーバーは --allow-processes なしで起動されています。"
      )
    }
    var uploads: [String: Upload] = [:]
    for (entry, digest) in order.uploads {
      guard let upload = try await store.upload(digest, of: visitor.name) else {
        throw Problem.notFound(
          "You have uploaded no file \(digest).", "ファイル \(digest) はアップロードされていません。")
      }
      uploads[entry] = upload
    }
    let (places, known, replaces) = (places, uploads, order.replaces)
    return try await blocking {
      try CheckedOrder(plan, known, of: opened, in: places, replaces: replaces)
    }
  }

  /// Puts a checked order into the queue.
  func accept(
    _ order: Order, _ checked: CheckedOrder, of notebook: String, by visitor: Visitor
  ) async throws -> (job: Job, isNew: Bool) {
    var job = Job(
      id: Secret.random(), notebook: notebook, edition: checked.plan.edition,
      parameters: order.values, uploads: checked.placements, user: visitor.name, state: .queued,
      orderedAt: now())
    job.key = order.key
    job.keyDigest = order.key == nil ? nil : order.digest(of: notebook)
    let (accepted, isNew) = try await queue.order(job)
    if !isNew { try Self.expect(accepted, toBe: order, of: notebook) }
    return (accepted, isNew)
  }

  /// The order that the same caller has sent before under the same key.
  func earlier(_ order: Order, of notebook: String, by visitor: Visitor) async throws -> Job? {
    guard let key = order.key, let earlier = try await store.job(of: visitor.name, key: key) else {
      return nil
    }
    try Self.expect(earlier, toBe: order, of: notebook)
    return await queue.openJob(earlier.id) ?? earlier
  }

  private static func expect(
    _ earlier: Job, toBe order: Order, of notebook: String
  ) throws(Problem) {
    guard earlier.keyDigest != order.digest(of: notebook) else { return }
    throw Problem(
      .conflict, "The Idempotency-Key was used before for something else.",
      "同じ Idempotency-Key が別の内容に使われています。")
  }

  /// A path that somebody types into a form stays in the project.
  private static func confine(
    _ values: [Job.Assignment], of opened: OpenedNotebook
  ) throws(Problem) {
    for declaration in opened.declarations {
      for value in values where value.name == declaration.name {
        if declaration.isSecret {
          throw Problem(
            .notAllowed, "`\(value.name)` is a secret; it comes from the server's environment.",
            "`\(value.name)` は秘密の値で、サーバーの環境変数から読み込みます。")
        }
        guard declaration.type == .path || declaration.itemType == .path else { continue }
        let climbs =
          value.text.hasPrefix("/") || value.text.hasPrefix("~")
          || value.text.split(separator: "/").contains("..") || value.text.hasPrefix(".")
        guard !climbs else {
          throw Problem(
            .wrongValues, "`\(value.name)` must be a path inside of the project.",
            "`\(value.name)` はプロジェクト内のパスにしてください。")
        }
      }
    }
  }
}

extension CheckedOrder {
  init(
    _ plan: Plan, _ uploads: [String: Upload], of opened: OpenedNotebook,
    in places: WorkplacePlaces, replaces: Bool
  ) throws {
    self.plan = plan
    placements = []
    var inputs: [RunPreview.Input] = []
    let entries = opened.uploads
    for name in uploads.keys.sorted() where !entries.contains(where: { $0.name == name }) {
      throw Problem(
        .wrongValues, "No catalog entry `\(name)` takes an upload.",
        "カタログの項目 `\(name)` はアップロードを受け付けません。")
    }
    for input in plan.inputs where !input.isHistory {
      for path in input.paths { try Self.confine(path, of: input.name) }
      let entry = entries.first { $0.name == input.name }
      if let upload = uploads[input.name], let entry {
        if let placement = try Self.placement(
          of: upload, for: entry, input, in: places, replaces: replaces)
        {
          placements.append(placement)
        }
      }
      let isPattern = input.paths.contains { $0.contains("*") || $0.contains("?") }
      let missing =
        isPattern || uploads[input.name] != nil
        ? [] : input.paths.filter { DiskFile.realPath("\(places.project)/\($0)") == nil }
      inputs.append(
        RunPreview.Input(
          name: input.name, paths: input.paths,
          present: isPattern ? nil : input.paths.count - missing.count, isUpload: entry != nil))
      guard let first = missing.first else { continue }
      let reason =
        input.parameters.isEmpty
        ? nil : "The path depends on \(input.parameters.joined(separator: ", "))."
      throw Refusal([
        .error(
          "missing-file", "`\(input.name)` reads \(first), which is not there", at: input.range,
          explanation: reason,
          solutions: entry == nil ? [] : ["upload the file together with the order"])
      ])
    }
    preview = RunPreview(edition: plan.edition, inputs: inputs, steps: plan.steps.map(\.name))
  }

  /// What a run reads lies in the project, and not among what Washi keeps for itself.
  private static func confine(_ path: String, of entry: String) throws(Problem) {
    let parts = path.split(separator: "/")
    guard !path.hasPrefix("/"), !parts.contains(".."),
      !parts.contains(where: { $0 == ".washi" || $0 == ".git" })
    else {
      throw Problem(
        .notAllowed, "`\(entry)` would read \(path), which is not in the project's data.",
        "`\(entry)` はプロジェクトのデータではない \(path) を読み込みます。")
    }
  }

  /// Where an upload goes; nil when the same file is there already.
  private static func placement(
    of upload: Upload, for entry: CatalogEntry, _ input: PlannedInput, in places: WorkplacePlaces,
    replaces: Bool
  ) throws -> Job.Placement? {
    guard let path = input.paths.first, input.paths.count == 1, !path.contains("*"),
      !path.contains("?")
    else {
      throw Problem(
        .wrongValues, "`\(entry.name)` reads several files; an upload needs one place.",
        "`\(entry.name)` は複数のファイルを読むため、アップロード先が決まりません。")
    }
    guard upload.format == input.format.rawValue else {
      throw Problem(
        .unsupportedType, "`\(entry.name)` is \(input.format.rawValue), not \(upload.format).",
        "`\(entry.name)` の形式は \(input.format.rawValue) です（\(upload.format) ではありません）。")
    }
    let wanted = entry.columns.map(\.key)
    if let column = wanted.first(where: { !upload.columns.contains($0) }), !upload.columns.isEmpty {
      let advice = nearest(to: column, among: upload.columns).map { " (it has `\($0)`)" } ?? ""
      throw Problem(
        .unsupportedType, "The file `\(upload.name)` has no column `\(column)`\(advice).",
        "ファイル「\(upload.name)」に列 `\(column)` がありません。")
    }
    let target = "\(places.project)/\(path)"
    if DiskFile.realPath(target) != nil {
      if try DiskFile.digest(of: target) == upload.digest { return nil }
      guard replaces else {
        throw Problem(
          .conflict,
          "A different file is at \(path). Say that it may be replaced, or choose other values.",
          "\(path) には別の内容のファイルがあります。置き換えを許可するか、値を変えてください。")
      }
    }
    return Job.Placement(entry: entry.name, digest: upload.digest, path: path)
  }
}
