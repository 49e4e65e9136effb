internal import Learning
public import Parsing
public import Teaming
public import Vocabulary

extension TrainStep {
  /// The machines that a model is trained on together.
  ///
  /// For example: `workers: ["trainer-1:7171", "trainer-2:7171"]`, `workers: 3`, `workers: { count: 3,
  /// listen: "10.0.0.1:7170", join_timeout: 2m }`.
  public struct Workers: Sendable, Hashable {
    /// How many there are; what the model depends on.
    public var count: Int
    /// Where they listen, as the author wrote it; empty when they are found otherwise.
    public var addresses: [NamedPlace]
    /// Where the step waits for them; as the environment says when nil.
    public var listen: WorkerAddress?
    /// How long is waited for all of them, in seconds.
    public var joinTimeout: Double
    /// How long one may say nothing, in seconds.
    public var silence: Double
    /// Where the option is written.
    public var range: SourceRange

    /// Reads `workers`; mistakes go into the reader.
    init?(from options: inout OptionReader) {
      guard let node = options.node("workers"), !node.isUnknownYet else { return nil }
      joinTimeout = 30
      silence = 30
      range = node.range
      addresses = []
      count = 0
      switch node.content {
      case .mapping:
        guard var reader = options.reader("workers") else { return nil }
        read(&reader)
        options.absorb(&reader)
      case .sequence, .value(.list):
        addresses = options.places("workers")
      default:
        if let number = node.wholeNumber {
          count = number
        } else {
          addresses = options.places("workers")
        }
      }
      check(&options)
    }

    private mutating func read(_ reader: inout OptionReader) {
      let bounds = 2...Self.limit
      addresses = reader.places("addresses")
      let number = reader.int("count", in: bounds)
      if let number, !addresses.isEmpty, number != addresses.count {
        reader.reject(
          "count", "says \(number), and there are \(addresses.count) addresses",
          solutions: ["leave `count` out"])
      }
      if number == nil, addresses.isEmpty, !reader.isPending("count"),
        !reader.isPending("addresses")
      {
        reader.report(
          .error(
            "missing-option", "`workers` needs `addresses` or `count`", at: range,
            solutions: ["write `workers: [host-1:7171, host-2:7171]`", "write `workers: 3`"]))
      }
      count = number ?? 0
      if let text = reader.string("listen") {
        listen = WorkerAddress(text, port: WorkerAddress.meetingPort)
        if listen == nil {
          reader.reject("listen", "must be an address such as `10.0.0.1:7170`, not `\(text)`")
        } else if !addresses.isEmpty {
          reader.reject("listen", "does nothing beside `addresses`")
        }
      }
      joinTimeout = reader.seconds("join_timeout") ?? joinTimeout
      silence = reader.seconds("silence") ?? silence
      if !(1...86_400).contains(joinTimeout) {
        reader.reject("join_timeout", "must be from 1 s to 1 day")
      }
      if !(2...3600).contains(silence) { reader.reject("silence", "must be from 2 s to 1 h") }
    }

    private mutating func check(_ options: inout OptionReader) {
      var seen: Set<WorkerAddress> = []
      for place in addresses {
        guard let address = WorkerAddress(place.name, port: WorkerAddress.workerPort) else {
          options.reject(
            "workers", "must be addresses such as `trainer-1:7171`, not `\(place.name)`",
            at: place.range)
          continue
        }
        if address.port == 0 {
          options.reject("workers", "must name ports, and 0 is none", at: place.range)
        } else if !seen.insert(address).inserted {
          options.reject(
            "workers", "names `\(address)` twice", at: place.range,
            solutions: ["give each worker an address of its own: it trains for one step at a time"])
        }
      }
      if !addresses.isEmpty { count = addresses.count }
      guard count != 0 || addresses.isEmpty else { return }
      if count == 1 {
        options.reject(
          "workers", "names one machine, which needs no others", at: range,
          solutions: ["leave `workers` out", "name two or more"])
      } else if count != 0 || range == options.range(of: "workers"),
        !(2...Self.limit).contains(count),
        !options.diagnostics.contains(where: { $0.range == range })
      {
        options.reject(
          "workers", "must be from 2 to \(Self.limit) machines, not \(count)", at: range)
      }
    }

    /// The most workers of one training.
    static let limit = 64
  }

  /// Reports what cannot be trained on several machines.
  func checkWorkers(_ options: inout OptionReader) {
    guard let workers, !options.isPending("algorithm") else { return }
    guard algorithm.isOfTrees else {
      options.reject(
        "workers", "does nothing for `\(algorithm.rawValue)`", at: workers.range,
        solutions: ["use `lightgbm`, `random_forest` or `decision_tree`"])
      return
    }
    if id == nil, !options.isPending("id") {
      options.report(
        .error(
          "no-id", "`workers` needs `id`", at: workers.range,
          explanation: "which worker a row goes to is decided by its id",
          solutions: ["name the column that tells rows apart: `id: SK_ID_CURR`"]))
    }
    if options.has("tune") {
      options.reject(
        "tune", "searches on one machine, so it cannot be used with `workers`",
        solutions: [
          "search in a step of its own on a sample, and write what it finds into `params`",
          "leave `workers` out",
        ])
    }
    do throws(LearningError) {
      try SharedTraining.check(parameters)
    } catch {
      var range: SourceRange?
      if case .parameter(let name) = error.kind {
        range =
          parameterPlaces.first {
            AlgorithmParameters.canonicalName($0.name, for: algorithm) == name
          }?.range
      }
      options.report(Diagnostic(error, at: range ?? workers.range))
    }
  }

  /// The option `workers` as far as results depend on it: how many there are, not where.
  ///
  /// For example: `["trainer-1:7171", "trainer-2:7171"]` is 2.
  public static func withoutPlaces(_ node: YAMLNode) -> YAMLNode {
    let count: Int? =
      switch node.content {
      case .sequence(let nodes): nodes.count
      case .value(.list(let values)): values.count
      case .mapping:
        node["count"]?.wholeNumber ?? node["addresses"].map { withoutPlaces($0) }?.wholeNumber
      default: node.wholeNumber
      }
    guard let count else { return node }
    return YAMLNode(.scalar(YAMLScalar(String(count), isPlain: true)), at: node.range)
  }
}

/// What a step with workers finds around it.
public struct WorkerSurroundings: Sendable {
  /// The environment's variables, which hold the secret and may say where workers are.
  public var environment: [String: String] = [:]
  /// The version of washi, which workers are told.
  public var version = ""

  /// The variable that lists addresses for a step that says only how many workers there are.
  public static let addressesVariable = "WASHI_WORKERS"
  /// The variable that says where a step waits for workers.
  public static let meetingVariable = "WASHI_WORKERS_LISTEN"

  /// Surroundings without a secret.
  public init() {}

  /// Where the workers of a step are.
  func meeting(of workers: TrainStep.Workers) throws(TeamError) -> Team.Meeting {
    let written = workers.addresses.compactMap {
      WorkerAddress($0.name, port: WorkerAddress.workerPort)
    }
    if !written.isEmpty { return .addresses(written) }
    if workers.listen == nil, let list = environment[Self.addressesVariable], !list.isEmpty {
      let texts = list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
      let addresses = texts.compactMap { WorkerAddress($0, port: WorkerAddress.workerPort) }
      guard addresses.count == texts.count, Set(addresses).count == addresses.count else {
        throw TeamError(
          .settings, "`\(Self.addressesVariable)` must be different addresses with commas between",
          solutions: ["write `\(Self.addressesVariable)=trainer-1:7171,trainer-2:7171`"])
      }
      guard addresses.count >= workers.count else {
        throw TeamError(
          .settings,
          "the step wants \(workers.count) workers, and `\(Self.addressesVariable)` names "
            + "\(addresses.count)",
          solutions: ["name more", "let fewer workers train: that makes another model"])
      }
      return .addresses(Array(addresses.prefix(workers.count)))
    }
    if let listen = workers.listen { return .waiting(count: workers.count, at: listen) }
    let text = environment[Self.meetingVariable] ?? ""
    guard !text.isEmpty else {
      return .waiting(
        count: workers.count,
        at: WorkerAddress(host: "127.0.0.1", port: WorkerAddress.meetingPort))
    }
    guard let listen = WorkerAddress(text, port: WorkerAddress.meetingPort) else {
      throw TeamError(
        .settings, "`\(Self.meetingVariable)` must be an address such as `10.0.0.1:7170`")
    }
    return .waiting(count: workers.count, at: listen)
  }
}
