internal import Connecting
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// The connections of one run.
struct RemoteDesks: Sendable {
  private let desks: [String: RemoteDesk]

  /// Those that the steps of a plan use.
  init(of plan: Plan, opener: any ConnectionOpening, in surroundings: ConnectionSurroundings) {
    var desks: [String: RemoteDesk] = [:]
    for step in plan.steps {
      guard let connection = step.remote?.connection, desks[connection.name] == nil else {
        continue
      }
      desks[connection.name] = RemoteDesk(connection, opener: opener, in: surroundings)
    }
    self.desks = desks
  }

  subscript(name: String) -> RemoteDesk? { desks[name] }

  /// Ends every conversation.
  func close() {
    for desk in desks.values { desk.close() }
  }

  /// What is known of the connections before the first step: who they are, and the state of their data
  /// where a query tells it.
  ///
  /// A connection that does not answer has no state: what it would tell comes out when a step needs
  /// it. The remarks say so.
  func states(
    in environment: [String: String], until cancellation: Cancellation
  ) -> (states: [String: Plan.KeyContext.ConnectionState], remarks: [String: String]) {
    var states: [String: Plan.KeyContext.ConnectionState] = [:]
    var remarks: [String: String] = [:]
    for (name, desk) in desks {
      var version: String?
      switch desk.connection.version {
      case .never: remarks[name] = "connection `\(name)` declares no `version:`"
      case .snapshot(let text): version = text
      case .query(let text, _):
        do throws(RemoteError) {
          version = try desk.work(until: cancellation) { session throws(RemoteError) in
            try session.value(
              of: RemoteQuery(ForeignSQL(text, in: desk.connection.dialect)))
          }
          if version == nil {
            remarks[name] = "the `version:` of connection `\(name)` has no value"
          }
        } catch {
          let words = error.diagnostic(for: desk.connection, at: nil).summary
          remarks[name] = "the `version:` of connection `\(name)` is not known: \(words)"
        }
      }
      states[name] = Plan.KeyContext.ConnectionState(
        identity: desk.connection.identity(in: environment), version: version)
    }
    return (states, remarks)
  }
}

extension Plan {
  /// The plan as it can be run: what nothing tells the state of is not found again, and what a notebook
  /// around this one takes comes over.
  func settled(
    by states: [String: KeyContext.ConnectionState], handingOver wanted: [String]
  ) -> Plan {
    var plan = self
    for index in plan.steps.indices {
      guard let remote = plan.steps[index].remote, case .sql(let sql) = plan.steps[index].action
      else { continue }
      if wanted.contains(plan.steps[index].name) { plan.steps[index].remote?.isFetched = true }
      let above = plan.steps.filter { remote.upstream.contains($0.name) }
      let isKnown =
        (sql.version ?? states[remote.connection.name]?.version) != nil
        && above.allSatisfy(\.settings.isCached)
      if !isKnown { plan.steps[index].settings.isCached = false }
    }
    return plan
  }
}
