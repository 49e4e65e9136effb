internal import Parsing
internal import Telling
internal import Vocabulary

/// Brings messages to their channels: over the network, to sendmail, to a program.
struct Postman: Sendable {
  let desk: Desk
  let project: Project
  /// Whether programs of the author's may be started.
  let allowsProcesses: Bool
  /// When to give up.
  let deadline: ContinuousClock.Instant
  /// An existing folder for what programs read.
  let folder: String

  /// Waiting times before another attempt.
  private static let pauses: [Duration] = [.milliseconds(500), .seconds(2)]

  /// Tells it, trying again while that may help and there is time.
  func deliver(
    _ message: Message, by channel: NotifyRule.Channel, id: String
  ) async throws(SendingError) {
    var pauses = Self.pauses[...]
    while true {
      do throws(SendingError) {
        return try await attempt(message, by: channel, id: id)
      } catch {
        guard error.kind == .away, let pause = pauses.popFirst(), .now + pause < deadline else {
          throw error
        }
        try? await Task.sleep(for: pause)
      }
    }
  }

  private func attempt(
    _ message: Message, by channel: NotifyRule.Channel, id: String
  ) async throws(SendingError) {
    switch channel {
    case .webhook(let address, let format, let headers):
      try await post(message.json(format), to: address, headers)
    case .mail(let addresses, let sender):
      let mail = MailText(message, to: addresses, from: sender, id: id)
      let options = sender.map { ["-f", $0] } ?? []
      try await run(
        [try sendmail()] + ["-i"] + options + ["--"] + addresses, named: "sendmail",
        reading: mail.bytes)
    case .command(let words):
      guard allowsProcesses else {
        throw SendingError(.rejected, "is not started: processes are not allowed here")
      }
      let program = words[0].contains("/") ? project.path(words[0]) : words[0]
      // In the project's folder, wherever the user stands.
      let inFolder = [
        "/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", project.directory,
      ]
      try await run(
        inFolder + [program] + words.dropFirst(), named: words[0],
        reading: message.json(.json))
    }
  }

  // MARK: The web

  private func post(
    _ body: [UInt8], to address: OutsideText, _ headers: [NotifyRule.Header]
  ) async throws(SendingError) {
    let url = try value(of: address)
    if let fault = WebAddress.fault(in: url) {
      // The value is a secret, and is not told.
      throw SendingError(
        .rejected, fault.contains("password") ? "has a password in its address" : "has no address")
    }
    var sent: [(name: String, value: String)] = []
    for header in headers { sent.append((header.name, try value(of: header.value))) }
    let reply = await WebExchange.using(
      url, headers: sent, until: deadline, limit: .seconds(5)
    ) { exchange in
      await Result { () async throws(SendingError) in
        try await exchange.answer(to: Query("POST", "", body: body))
      }
    }
    let answer = try reply.get()
    guard (200..<300).contains(answer.status) else { throw SendingError(answer) }
  }

  private func value(of text: OutsideText) throws(SendingError) -> String {
    guard let value = text.value(in: desk.circumstances.environment) else {
      // Another process may have it.
      throw SendingError(.away, "is not known: \(text.shown) is not set")
    }
    return value
  }

  // MARK: Programs

  /// The program that takes mails: where `WASHI_SENDMAIL` says, else on the path or where it always was.
  private func sendmail() throws(SendingError) -> String {
    let environment = desk.circumstances.environment
    if let named = environment["WASHI_SENDMAIL"], !named.isEmpty { return named }
    let folders =
      (environment["PATH"] ?? "").split(separator: ":").map(String.init)
      + ["/usr/sbin", "/usr/lib"]
    guard let found = folders.map({ "\($0)/sendmail" }).first(where: { Files.kind($0) == .file })
    else {
      throw SendingError(
        .away, "gets no mail: there is no sendmail here (install one, or set WASHI_SENDMAIL)")
    }
    return found
  }

  private func run(
    _ words: [String], named name: String, reading input: [UInt8]
  ) async throws(SendingError) {
    let stem = "\(folder)/\(UInt64.random(in: 0 ... .max))"
    let (inputFile, errorFile) = (stem + ".in", stem + ".err")
    defer {
      Files.remove(inputFile)
      Files.remove(errorFile)
    }
    let child: ChildProcess
    do throws(Refusal) {
      try Files.create(inputFile, String(decoding: input, as: UTF8.self))
      child = try ChildProcess(
        words[0], Array(words.dropFirst()), input: .file(inputFile), output: .null,
        errors: .file(errorFile), inOwnGroup: true)
    } catch {
      throw SendingError(.away, error.diagnostics.first?.summary ?? "\(name) cannot be started")
    }
    let time = deadline - .now
    let limit = Task {
      try await Task.sleep(for: max(time, .zero))
      child.end()
    }
    let ending = await child.ending()
    limit.cancel()
    switch ending {
    case .exit(0): return
    case .exit(let code):
      let text = (try? Files.bytes(of: errorFile)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      let line = visibleText(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
      throw SendingError(
        .away, "was not told: \(name) ended with \(code)" + (line.isEmpty ? "" : ": \(line)"))
    case .signal(let number):
      throw SendingError(
        .away,
        .now >= deadline
          ? "was not told: \(name) took too long"
          : "was not told: \(name) was ended by signal \(number)")
    }
  }
}

extension Result {
  /// What asynchronous work gave, or why it could not.
  init(_ work: () async throws(Failure) -> Success) async {
    do throws(Failure) { self = .success(try await work()) } catch { self = .failure(error) }
  }
}
