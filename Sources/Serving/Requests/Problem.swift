internal import Archiving
internal import HTTPTypes
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Why a request is not answered with what it asked for; the one place where statuses are chosen.
///
/// The API gives it as problem details (RFC 9457), the pages as a page.
struct Problem: Error, Sendable, Hashable {
  var kind: Kind
  /// What is wrong, in both languages of the pages.
  var english: String
  var japanese: String
  /// Findings with their places, when the notebook or its values are wrong.
  var findings: [RunResult.Finding] = []
  /// Seconds after which trying again makes sense.
  var retryAfter: Int?
  /// The methods that the address does take, when it did not take one.
  var allowed: [HTTPRequest.Method] = []

  enum Kind: String, Sendable, Hashable, CaseIterable {
    case badRequest = "bad-request"
    case signInNeeded = "sign-in-needed"
    case notAllowed = "not-allowed"
    case crossSite = "cross-site"
    case notFound = "not-found"
    case wrongMethod = "wrong-method"
    case conflict = "conflict"
    case gone = "gone"
    case tooLarge = "too-large"
    case unsupportedType = "unsupported-type"
    case rangeNotSatisfiable = "range-not-satisfiable"
    case misdirected = "misdirected"
    case wrongValues = "wrong-values"
    case tooManyRequests = "too-many-requests"
    case tooSlow = "too-slow"
    case unexpected = "unexpected"
    case unavailable = "unavailable"
  }

  init(_ kind: Kind, _ english: String, _ japanese: String) {
    self.kind = kind
    self.english = english
    self.japanese = japanese
  }

  var status: HTTPResponse.Status {
    switch kind {
    case .badRequest: .badRequest
    case .signInNeeded: .unauthorized
    case .notAllowed, .crossSite: .forbidden
    case .notFound: .notFound
    case .wrongMethod: .methodNotAllowed
    case .conflict: .conflict
    case .gone: .gone
    case .tooLarge: .contentTooLarge
    case .unsupportedType: .unsupportedMediaType
    case .rangeNotSatisfiable: .rangeNotSatisfiable
    case .misdirected: .misdirectedRequest
    case .wrongValues: .unprocessableContent
    case .tooManyRequests: .tooManyRequests
    case .tooSlow: .requestTimeout
    case .unexpected: .internalServerError
    case .unavailable: .serviceUnavailable
    }
  }

  /// The kind in words.
  func title(_ say: Words) -> String {
    switch kind {
    case .badRequest: say("The request cannot be read", "リクエストを読み取れません")
    case .signInNeeded: say("Sign in first", "サインインしてください")
    case .notAllowed: say("Not allowed", "許可されていません")
    case .crossSite: say("This came from another page", "別のページから送られました")
    case .notFound: say("Not found", "見つかりません")
    case .wrongMethod: say("Not possible here", "ここではできません")
    case .conflict: say("Something else is there already", "すでに別のものがあります")
    case .gone: say("Gone", "なくなりました")
    case .tooLarge: say("Too large", "大きすぎます")
    case .unsupportedType: say("Wrong kind of file", "ファイルの種類が違います")
    case .rangeNotSatisfiable: say("No such part", "その範囲はありません")
    case .misdirected: say("Wrong address", "アドレスが違います")
    case .wrongValues: say("Some values are wrong", "値に誤りがあります")
    case .tooManyRequests: say("Too many attempts", "試行回数が多すぎます")
    case .tooSlow: say("Too slow", "時間がかかりすぎました")
    case .unexpected: say("Something went wrong here", "サーバー側で問題が起きました")
    case .unavailable: say("Not available now", "現在利用できません")
    }
  }

  /// What is wrong in one line of English.
  var summary: String { findings.first?.summary ?? english }
}

extension Problem {
  static func notFound(_ english: String, _ japanese: String) -> Problem {
    Problem(.notFound, english, japanese)
  }

  static func nothing(at path: String) -> Problem {
    .notFound("There is nothing at \(path).", "\(path) には何もありません。")
  }

  static func method(
    _ method: HTTPRequest.Method, at path: String, allowed: [HTTPRequest.Method]
  ) -> Problem {
    var problem = Problem(
      .wrongMethod, "\(path) does not take \(method.rawValue).",
      "\(path) では \(method.rawValue) を使えません。")
    // What answers GET answers HEAD.
    problem.allowed = allowed.contains(.get) ? allowed + [.head] : allowed
    return problem
  }

  static func notebook(_ name: String) -> Problem {
    .notFound("There is no notebook `\(name)`.", "ノートブック `\(name)` はありません。")
  }

  static func bad(_ english: String, _ japanese: String) -> Problem {
    Problem(.badRequest, english, japanese)
  }

  static func role(_ role: Role, in notebook: String) -> Problem {
    Problem(
      .notAllowed, "`\(notebook)` needs the role \(role.rawValue).",
      "`\(notebook)` には \(role.rawValue) の役割が必要です。")
  }

  /// Findings about values or a notebook.
  init(_ refusal: Refusal) {
    let errors = refusal.diagnostics.filter { $0.severity == .error }
    self.init(
      .wrongValues,
      errors.count == 1
        ? "One thing must be put right before it can run."
        : "\(errors.count) things must be put right before it can run.",
      "実行する前に直すべき点が \(errors.count) 件あります。")
    findings = refusal.diagnostics.map(RunResult.Finding.init)
  }

  /// Any error as a problem; what visitors cannot help is not told to them in full.
  init(about error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let refusal as Refusal: self.init(refusal)
    case let error as ArchiveError
    where error.kind == .notFound || error.kind == .unsafeName:
      self = .notFound(error.summary, error.summary)
    case let error as ArchiveError where error.kind == .movedAlias:
      self.init(.conflict, error.description + ".", "他の人が先に変更しました。確認してからやり直してください。")
    case let error as ServingError:
      self.init(.unexpected, error.description, "サーバー側の問題です（\(error.description)）。")
    default:
      self.init(
        .unexpected, "The log of the server says more.", "詳細はサーバーのログにあります。")
    }
  }
}

extension RunResult.Finding {
  init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    rule = diagnostic.rule
    summary = diagnostic.summary
    explanation = diagnostic.explanation
    solutions = diagnostic.solutions
    file = diagnostic.range?.file
    line = diagnostic.range?.start.line
    column = diagnostic.range?.start.column
    endLine = diagnostic.range?.end.line
    endColumn = diagnostic.range?.end.column
  }
}
