internal import CEngines
internal import Vocabulary

/// What a driver said went wrong, taken out of C.
struct ADBCFailure {
  /// ADBC's class of failure.
  var status: Int
  /// The driver's words.
  var message = ""
  /// The SQLSTATE, when there is one.
  var state = ""
  /// What the driver tells besides, by its names.
  var details: [String: String] = [:]

  /// Copies an error that stays the driver's.
  init(
    _ status: AdbcStatusCode, _ error: UnsafePointer<AdbcError>?, of driver: ADBCDriver
  ) {
    self.status = Int(status)
    guard let error = unsafe error else { return }
    if let words = unsafe error.pointee.message { message = unsafe String(cString: words) }
    let letters = unsafe error.pointee.sqlstate
    let bytes = [letters.0, letters.1, letters.2, letters.3, letters.4]
    state = String(decoding: bytes.map { UInt8(bitPattern: $0) }.prefix { $0 != 0 }, as: UTF8.self)
    guard driver.isRecent, let count = unsafe driver.functions.pointee.ErrorGetDetailCount?(error)
    else { return }
    for index in 0..<max(0, count) {
      guard let detail = unsafe driver.functions.pointee.ErrorGetDetail?(error, index),
        let key = unsafe detail.key, let value = unsafe detail.value
      else { continue }
      let bytes = unsafe UnsafeBufferPointer(start: value, count: detail.value_length)
      unsafe details[String(cString: key)] = unsafe String(
        decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// A failure in the words of a stream, which has nothing else.
  init(status: Int, message: String) {
    self.status = status
    self.message = message
  }
}

extension ADBCFailure {
  /// The failure as callers decide by it; `isOpening` while the connection is made.
  func error(_ discretion: Discretion, isOpening: Bool = false) -> RemoteError {
    let kind = kind(isOpening: isOpening)
    let isOfStatement = kind == .sql || kind == .readOnly
    func discreet(_ text: String) -> String {
      discretion.applied(to: text, isOfStatement: isOfStatement)
    }
    let words = discreet(summary(kind))
    var error = RemoteError(kind, words, code: state.isEmpty ? nil : state)
    if let detail = details["PG_DIAG_MESSAGE_DETAIL"] {
      error.explanation = discreet(detail)
    }
    if let hint = details["PG_DIAG_MESSAGE_HINT"] {
      error.solutions = [discreet(hint)]
    }
    return error
  }

  /// The character of the statement that the engine points at, from 0.
  var character: Int? {
    details["PG_DIAG_STATEMENT_POSITION"].flatMap { Int($0) }.map { $0 - 1 }
  }

  private func kind(isOpening: Bool) -> RemoteError.Kind {
    let text = message.lowercased()
    let isBroken =
      ["57P01", "57P02", "57P03"].contains(state) || state.hasPrefix("08")
      || [
        "server closed the connection", "terminating connection", "connection to server was lost",
        "no connection to the server", "ssl connection has been closed", "could not receive data",
        "could not send data", "connection reset", "broken pipe",
      ].contains { text.contains($0) }
    if isOpening {
      if state.hasPrefix("28") || status == 13 || status == 14 { return .refused }
      let isRefused =
        text.contains("authentication") || text.contains("no password supplied")
        || text.contains("pg_hba.conf") || text.contains("fatal:")
      return isRefused ? .refused : .unreachable
    }
    if state == "57014" || status == 11 { return .cancelled }
    if isBroken { return .lost }
    if state == "25006" { return .readOnly }
    if state.hasPrefix("28") || status == 13 { return .refused }
    // 22 data, 23 constraints, 42 form, names and rights, 0A what is not supported.
    if ["22", "23", "42", "0A", "3D", "3F", "21"].contains(String(state.prefix(2))) { return .sql }
    // Drivers that tell no state mostly speak of the statement; 8, 10 and 12 are of the machine.
    return state.isEmpty && ![8, 10, 12].contains(status) ? .sql : .other
  }

  /// One sentence: the engine's own, else the driver's without what it puts around it.
  private func summary(_ kind: RemoteError.Kind) -> String {
    if let primary = details["PG_DIAG_MESSAGE_PRIMARY"] { return primary }
    var text = message
    if let end = text.firstRange(of: "\nQuery was") { text = String(text[..<end.lowerBound]) }
    for mark in ["FATAL: ", "ERROR: "] {
      if let start = text.ranges(of: mark).last { text = String(text[start.upperBound...]) }
    }
    if kind == .unreachable || kind == .lost, let start = text.ranges(of: " failed: ").last {
      text = String(text[start.upperBound...])
    }
    if text.hasPrefix("[libpq] ") { text.removeFirst("[libpq] ".count) }
    let line = text.split(separator: "\n").first.map(String.init) ?? text
    let words = line.drop { $0 == " " }
    return words.isEmpty ? "the driver gave no reason (status \(status))" : String(words)
  }
}
