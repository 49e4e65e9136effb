internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// The steps that a run is asked for; what lies outside comes from the cache or is not run.
public enum StepSelection: Sendable, Hashable {
  /// The step, anew even when the cache has it, and those below it.
  case from(String)
  /// The steps down to this one.
  case to(String)
  /// The step alone, anew even when the cache has it.
  case only(String)

  /// The step's name.
  public var name: String {
    switch self {
    case .from(let name), .to(let name), .only(let name): name
    }
  }

  /// How the call says it.
  public var words: String {
    switch self {
    case .from: "--from \(name)"
    case .to: "--to \(name)"
    case .only: "--only \(name)"
    }
  }
}

/// A selection in a plan.
struct SelectedSteps {
  /// The places of the steps that are asked for.
  var range: ClosedRange<Int>
  /// The step that is done even when the cache has it.
  var anew: Int?
  /// How the call says it.
  var words: String

  /// The places of a selection's steps; an unknown name is refused.
  init(_ selection: StepSelection, in plan: Plan) throws(Refusal) {
    let names = plan.steps.map(\.name)
    guard let place = names.firstIndex(of: selection.name) else {
      throw Refusal([
        .error(
          "unknown-step", "there is no step `\(selection.name)`", at: nil,
          explanation: "The call says `\(selection.words)`.",
          solutions: solutions(forUnknown: selection.name, among: names))
      ])
    }
    words = selection.words
    switch selection {
    case .from:
      range = place...(names.count - 1)
      anew = place
    case .to: range = 0...place
    case .only:
      range = place...place
      anew = place
    }
  }
}
