internal import Vocabulary

extension ConnectionDeclaration {
  /// Decodes the entries of a `connections:` mapping, in source order.
  static func declarations(
    decoding entries: [YAMLEntry], diagnostics: inout [Diagnostic]
  ) -> [ConnectionDeclaration] {
    var found: [ConnectionDeclaration] = []
    for entry in entries {
      guard isName(entry.key) else {
        diagnostics.append(
          .error(
            "bad-name", "`\(entry.key)` cannot be the name of a connection", at: entry.keyRange,
            explanation: "A name is letters, digits and `_`, and does not start with a digit."))
        continue
      }
      var options = OptionReader(
        entry.value, of: "connection `\(entry.key)`", at: entry.keyRange)
      let version = version(&options)
      if let engine = engine(&options) {
        found.append(
          ConnectionDeclaration(
            name: entry.key, nameRange: entry.keyRange, engine: engine, version: version))
      }
      diagnostics += options.finish()
    }
    return found
  }

  private static func engine(_ options: inout OptionReader) -> Engine? {
    options.has("spark")
      ? SparkOptions(from: &options).map(Engine.spark)
      : ADBCOptions(from: &options).map(Engine.adbc)
  }

  private static func version(_ options: inout OptionReader) -> Version {
    options.rejectExpressions(in: ["version"])
    let range = options.range(of: "version")
    guard let text = options.string("version"), text != "never" else { return .never }
    let words = ForeignSQL(text)
    guard words.isQuery else { return .snapshot(text) }
    if words.statementCount != 1 || !words.parameters.isEmpty {
      options.reject("version", "must be one query without parameters")
    }
    return .query(text, range)
  }
}

extension ADBCOptions {
  /// Reads what a driver is told; nil without a driver.
  fileprivate init?(from options: inout OptionReader) {
    let keys = ["driver", "entrypoint", "uri", "user", "password"]
    options.rejectExpressions(in: keys)
    options.require("driver")
    let range = options.range(of: "driver")
    let driver = options.string("driver")
    let entrypoint = options.string("entrypoint")
    let uri = options.given("uri") { $0.outsideText("uri") }
    let user = options.given("user") { $0.outsideText("user") }
    let password = options.given("password") { $0.secretText("password") }
    if case .literal(let text)? = uri?.text, let fault = ConnectionAddress.fault(in: text) {
      options.reject(
        "uri", "\(fault), which must not stand in the file", rule: "secret-in-file",
        solutions: [
          "write `uri` without it and add `user: env:NAME` and `password: env:NAME`",
          "or put the whole address into a variable: `uri: env:NAME`",
        ])
    }
    var further: [Given] = []
    if var nested = options.reader("options") {
      for entry in options.mapping("options") ?? [] {
        let text =
          ConnectionAddress.isSecret(entry.key)
          ? nested.secretText(entry.key) : nested.outsideText(entry.key)
        if let text { further.append(Given(key: entry.key, text: text, range: entry.value.range)) }
      }
      options.diagnostics += nested.finish()
    }
    guard let driver, !driver.isEmpty else { return nil }
    self.init(driver: driver, at: range)
    (self.entrypoint, self.uri, self.user, self.password) = (entrypoint, uri, user, password)
    self.options = further
  }
}

extension OptionReader {
  fileprivate mutating func given(
    _ key: String, _ read: (inout OptionReader) -> OutsideText?
  ) -> ADBCOptions.Given? {
    let range = range(of: key)
    return read(&self).map { ADBCOptions.Given(key: key, text: $0, range: range) }
  }
}
