internal import Archiving
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

extension Run {
  /// The first thing that went wrong.
  var firstError: Diagnostic? {
    outcomes.lazy.compactMap(\.failure).first?.diagnostic
      ?? diagnostics.first { $0.severity == .error }
  }

  /// The first reason why a gate refused, with the gate's name.
  var firstRefusal: String? {
    refusals.first.flatMap { refusal in
      refusal.verdict.refusals.first.map { "\(refusal.step): \($0)" }
    }
  }

  /// What the history remembers of it.
  func details(_ durations: [String: Duration], _ reused: Set<String>) -> RunDetails {
    var details = RunDetails()
    details.parameters = plan.recordedParameters
    details.steps = outcomes.map { outcome in
      let (word, reason) = outcome.state.words
      return RunDetails.Step(
        name: outcome.name,
        state: outcome.result != nil && reused.contains(outcome.name) ? "cached" : word,
        milliseconds: durations[outcome.name].map {
          Double($0.components.seconds) * 1e3
            + Double($0.components.attoseconds) / 1e15
        },
        rows: outcome.result?.rowsOut, message: reason)
    }
    details.metrics = outcomes.flatMap { outcome in
      (outcome.result?.metrics ?? []).map { metric in
        RunDetails.Figure(
          name: "\(outcome.name).\(metric.name)", value: metric.value, unit: metric.unit)
      }
    }
    return details
  }
}

extension Plan {
  /// The parameters as the history remembers them, secrets hidden.
  var recordedParameters: [RunDetails.Parameter] {
    parameters.map(RunDetails.Parameter.init)
  }
}

extension RunDetails.Parameter {
  /// A parameter as the history remembers it, a secret hidden.
  init(_ parameter: Parameter) {
    // A text cannot say that there is no value.
    let type = parameter.value == .null ? Self.nullType : parameter.type.rawValue
    self.init(
      name: parameter.name, type: parameter.isSecret ? ParameterType.secret.rawValue : type,
      value: parameter.isSecret ? "***" : parameter.text, origin: parameter.origin.word)
  }

  private static let nullType = "null"

  /// Whether it had no value.
  var isNull: Bool { type == Self.nullType }
}

extension StepOutcome.State {
  /// The state in one word or two, and why.
  var words: (state: String, reason: String?) {
    switch self {
    case .done: ("done", nil)
    case .failed(let failure): ("failed", failure.diagnostic.summary)
    case .skipped(let reason): ("skipped", reason)
    case .notRun(let reason): ("not run", reason)
    }
  }
}

extension Parameter.Origin {
  /// The word for it in the history and in `--json`.
  var word: String {
    switch self {
    case .default: "default"
    case .derived: "derived"
    case .project: "project"
    case .injected: "injected"
    }
  }
}
