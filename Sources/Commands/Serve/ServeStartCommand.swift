internal import Archiving
internal import ArgumentParser
internal import Logging
internal import Parsing
internal import Reporting
internal import Serving
internal import Vocabulary

/// `washi serve start`, which is `washi serve`.
struct ServeStartCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start the server (what `washi serve` does).")

  @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "number"))
  var port = 8000

  @Option(help: ArgumentHelp("Runs at the same time.", valueName: "n"))
  var jobs = 1

  @Option(
    help: ArgumentHelp("The largest upload, such as 500MB or 2GB.", valueName: "size"))
  var maxUpload = "1GB"

  @Option(
    help: ArgumentHelp("The address that people use, when a proxy is in front.", valueName: "url"))
  var publicUrl: String?

  @Option(
    help: ArgumentHelp(
      "Speak HTTPS with this certificate (PEM, its chain below it).", valueName: "file"))
  var tlsCertificate: String?

  @Option(
    help: ArgumentHelp(
      "The certificate's key (PEM); SIGHUP reads both files again.", valueName: "file"))
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "A header in which a trusted proxy names who comes.", valueName: "name"))
  var proxyHeader: String?

  @Option(
    help: ArgumentHelp("An address that is such a proxy; several times.", valueName: "address"))
  var trustedProxy: [String] = []

  @Flag(help: "Let notebooks with python and sh steps run from here.")
  var allowProcesses = false

  @Option(
    help: ArgumentHelp(
      "Keep what is scored as Parquet in this folder of the project, by model and day.",
      valueName: "folder"))
  var scoreLog: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Option(
    help: ArgumentHelp(
      "How to log: text, or json with a line for every request.", valueName: "form"))
  var logFormat = LogForm.text

  enum LogForm: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(
    help: ArgumentHelp(
      "Days after which an upload that no order needs is taken away.", valueName: "days"))
  var keepUploads = 30

  @Flag(help: "Serve a small project that is made for it.")
  var demo = false

  func validate() throws {
    if !(0...65_535).contains(port) { throw ValidationError("--port must be 0 to 65535") }
    if !(1...64).contains(jobs) { throw ValidationError("--jobs must be 1 to 64") }
    if Self.bytes(maxUpload) == nil {
      throw ValidationError("--max-upload must be a size such as 500MB or 2GB")
    }
    if (proxyHeader == nil) != trustedProxy.isEmpty {
      throw ValidationError("--proxy-header and --trusted-proxy belong together")
    }
    if (tlsCertificate == nil) != (tlsKey == nil) {
      throw ValidationError("--tls-certificate and --tls-key belong together")
    }
    if !(1...36_500).contains(keepUploads) {
      throw ValidationError("--keep-uploads must be 1 to 36500")
    }
    if let publicUrl, !publicUrl.hasPrefix("https://"), !publicUrl.hasPrefix("http://") {
      throw ValidationError("--public-url must begin with https:// or http://")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    guard let program = desk.circumstances.executable else {
      throw Refusal([
        .error("process", "the system does not tell where the program `washi` lies", at: nil)
      ])
    }
    var chosen = settings(at: desk)
    var desk = desk
    if !isLoopback, tlsCertificate == nil, publicUrl == nil, proxyHeader == nil {
      throw Refusal([
        .error(
          "plain-http", "passwords would go over the network for everybody to read", at: nil,
          explanation:
            "\(host) can be reached from elsewhere, and the server would speak plain HTTP.",
          solutions: [
            "--tls-certificate FILE and --tls-key FILE let it speak HTTPS",
            "--public-url https://... says that a proxy in front of it does",
          ])
      ])
    }
    if demo { desk.circumstances.workingDirectory = try await makeDemo(with: program, at: desk) }
    let project = desk.project
    chosen.scoreLog = scoreLog.map { project.path($0) }
    let lock = try WorkplaceLock(inFolder: project.path(".washi/serve"))
    defer { withExtendedLifetime(lock) {} }
    let workplace = try Workplace(
      of: try Workplace.Parts(
        of: project, environment: environment, program: program,
        allowsProcesses: allowProcesses, at: desk),
      chosen, now: desk.circumstances.now,
      log: logFormat == .json ? desk.jsonLogger(.info) : desk.logger(.info))
    if !isForThisMachine, try await !workplace.hasUsers() {
      throw Refusal([
        .error(
          "open-server", "everybody who reaches the server could do everything", at: nil,
          explanation: "Nobody has been added yet, so it could not ask who comes.",
          solutions: [
            "`washi serve user add NAME --role admin` adds somebody",
            "leave --host, --public-url and --proxy-header away to serve this machine only",
          ])
      ])
    }
    let console = desk.console
    let name = host.contains(":") ? "[\(host)]" : host
    let scheme = tlsCertificate == nil ? "http" : "https"
    try await workplace.serve(on: host, port: port) { port in
      console.say("\(scheme)://\(name):\(port)")
    }
    return .done
  }

  private var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// Whether nobody elsewhere is meant to reach it, not even through a proxy.
  private var isForThisMachine: Bool {
    isLoopback && publicUrl == nil && proxyHeader == nil
  }

  private func settings(at desk: Desk) -> WorkplaceSettings {
    let folder = desk.circumstances.workingDirectory
    var settings = WorkplaceSettings()
    if let tlsCertificate, let tlsKey {
      settings.tls = WorkplaceSettings.TLS(
        certificate: Paths.absolute(tlsCertificate, in: folder),
        key: Paths.absolute(tlsKey, in: folder))
    }
    settings.logsRequests = logFormat == .json
    settings.uploadDays = keepUploads
    settings.isOpen = isForThisMachine
    settings.isLoopback = isLoopback
    settings.publicURL = publicUrl
    settings.uploadLimit = Self.bytes(maxUpload) ?? 1 << 30
    settings.concurrentRuns = jobs
    settings.allowsProcesses = allowProcesses
    settings.proxy = proxyHeader.map {
      WorkplaceSettings.Proxy(header: $0, addresses: trustedProxy)
    }
    return settings
  }

  /// For example: 500,000,000 of `500MB`.
  static func bytes(_ text: String) -> Int? {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1), ("", 1)]
    for (unit, factor) in units where text.hasSuffix(unit) {
      guard let number = Int(text.dropLast(unit.count)), number > 0 else { return nil }
      let (product, isTooMuch) = number.multipliedReportingOverflow(by: factor)
      return isTooMuch ? nil : product
    }
    return nil
  }

  /// A project in a temporary folder, with a report in it; tells the folder.
  private func makeDemo(with program: String, at desk: Desk) async throws -> String {
    let parent = desk.circumstances.environment["TMPDIR"] ?? "/tmp"
    let folder = "\(parent)/washi-demo-\(UInt32.random(in: 0x1000_0000 ... .max))"
    for (path, text) in Starter.files { try Files.create("\(folder)/\(path)", text) }
    let child = try ChildProcess(
      program, ["run", "\(folder)/\(Starter.notebook)", "--quiet"],
      output: .null, errors: .null)
    _ = await child.ending()
    desk.console.note("the demo project is \(folder)")
    return folder
  }
}

extension Workplace.Parts {
  /// The parts of the workplace of a project.
  init(
    of project: Project, environment: String?, program: String, allowsProcesses: Bool,
    at desk: Desk
  ) throws {
    let (file, _) = try project.file(environment: environment)
    let templates = try project.templates()
    self.init(
      project: project.directory, folder: project.path(".washi/serve"),
      archive: Archive(
        output: project.path(file.output ?? "output"), state: project.path(".washi"),
        templates: templates),
      registry: ModelRegistry(of: project), host: desk.circumstances.host,
      pressroom: ProjectPressroom(
        desk: desk, project: project, folder: file.notebooks ?? "notebooks",
        environment: environment, program: program, allowsProcesses: allowsProcesses),
      templates: try WorkplaceTemplates(
        overriding: try project.workplaceTemplates(), base: templates),
      reportTemplates: templates,
      lightGBM: .lightGBM(for: project, in: desk.circumstances),
      duckDB: .duckDB(for: project, in: desk.circumstances))
  }
}

extension Project {
  /// The project's own files for the pages of the workplace.
  fileprivate func workplaceTemplates() throws(Refusal) -> [String: String] {
    var texts: [String: String] = [:]
    for name in Files.names(in: path("templates")) where WorkplaceTemplates.names.contains(name) {
      texts[name] = String(decoding: try Files.bytes(of: path("templates/\(name)")), as: UTF8.self)
    }
    return texts
  }
}
