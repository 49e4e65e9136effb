internal import Archiving
internal import DuckDB
internal import LightGBM
internal import LinearAlgebra
internal import Serving
internal import Steps
internal import Storing
internal import Teaming
internal import Vocabulary

/// Any error as findings and an exit status: the one renderer of errors of the whole tool.
struct Complaint {
  var diagnostics: [Diagnostic]
  var status: ExitStatus

  init(about error: any Error) {
    switch error {
    case let refusal as Refusal:
      diagnostics = refusal.diagnostics
      status = .wrong
    case let error as ArchiveError:
      diagnostics = [
        .error(Self.rule(of: error.kind), error.summary, at: nil, solutions: error.solutions)
      ]
      status = error.kind == .notFound || error.kind == .unsafeName ? .wrong : .failed
    case let error as StorageError:
      diagnostics = [error.diagnostic]
      status = .failed
    case let failure as StepFailure:
      diagnostics = [failure.diagnostic]
      status = .failed
    case let error as DuckDBError:
      diagnostics = [.error("duckdb", error.summary, at: nil)]
      status = .failed
    case let error as LightGBMError:
      diagnostics = [.error("lightgbm", error.message, at: nil, solutions: error.solutions)]
      status = .failed
    case let error as LinearAlgebraError:
      diagnostics = [.error("linear-algebra", error.message, at: nil, solutions: error.solutions)]
      status = .failed
    case let error as TeamError:
      diagnostics = [
        .error(
          "workers", error.summary, at: nil, explanation: error.explanation,
          solutions: error.solutions)
      ]
      status = error.kind == .settings ? .wrong : .failed
    case let error as ServingError:
      diagnostics = [.error("serve", error.description, at: nil)]
      status = .failed
    case let status as ExitStatus:
      diagnostics = []
      self.status = status
    default:
      diagnostics = [.error("unexpected", "\(error)", at: nil)]
      status = .failed
    }
  }

  private static func rule(of kind: ArchiveError.Kind) -> String {
    switch kind {
    case .unsafeName: "unsafe-name"
    case .notFound: "not-found"
    case .misuse: "archive"
    case .noPermission: "no-permission"
    case .readOnly: "read-only"
    case .diskFull: "disk-full"
    case .changedContent: "changed-content"
    case .movedAlias: "moved-alias"
    case .history: "history"
    case .system: "file"
    }
  }
}

extension [Diagnostic] {
  /// For example: `2 errors, 1 warning`.
  var tally: String {
    let errors = count { $0.severity == .error }
    let warnings = count { $0.severity == .warning }
    let parts = [
      errors > 0 ? Amounts.count(errors, "error") : nil,
      warnings > 0 ? Amounts.count(warnings, "warning") : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}
