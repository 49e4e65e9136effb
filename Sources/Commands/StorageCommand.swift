internal import Archiving
internal import ArgumentParser
internal import Running
internal import Storing
internal import Vocabulary

/// `washi storage`: what is shared with other machines.
struct StorageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storage",
    abstract: "Bring or give versions and models that several machines share.",
    discussion: """
      A project shares when washi.yaml says where: `storage: { remote: /mnt/shared/reports }`, or \
      `storage: { remote: "rclone:s3:bucket/reports" }` with a remote of rclone's own configuration, which holds \
      the credentials. Runs then bring what they need and give what they make by themselves.

      EXAMPLES:
        washi storage               where it is, and what is there
        washi storage pull          bring the newest version of every edition, and all models
        washi storage push          give the versions and models that others do not have
      """,
    subcommands: [Status.self, Pull.self, Push.self], defaultSubcommand: Status.self)

  /// `washi storage status`.
  struct Status: Action {
    static let configuration = CommandConfiguration(
      commandName: "status", abstract: "Say where it is and what is there.")

    func perform(at desk: Desk) async throws -> ExitStatus {
      guard let (_, places) = try desk.sharedProject() else { return .idle }
      let store = places.shelf.store
      func count(_ folder: String) throws(StorageError) -> (Int, Int) {
        let objects = try store.objects(in: folder)
        return (
          objects.count { $0.name.hasSuffix(".json") }, objects.reduce(0) { $0 + $1.size }
        )
      }
      let bytes = try count("blobs").1
      let rows = [
        ["Place", store.description],
        ["Publishing", "\(store.guarantee.rawValue) who has a number"],
        ["Results", "\(try count(SharedResults.folder).0)"],
        ["Versions", "\(try count("versions").0)"], ["Models", "\(try count("registry").0)"],
        ["Bytes", Amounts.bytes(bytes)],
      ]
      for line in TextTable(rows: rows).lines { desk.console.say(line) }
      return .done
    }
  }

  /// `washi storage pull`.
  struct Pull: Action {
    static let configuration = CommandConfiguration(
      commandName: "pull",
      abstract: "Bring the newest version of every edition, and all models.")

    func perform(at desk: Desk) async throws -> ExitStatus {
      guard let (project, places) = try desk.sharedProject() else { return .idle }
      let versions = try Archive(at: nil, of: project).shared(places).pull()
      for version in versions { desk.console.say("\(version)") }
      try ModelRegistry(of: project).shared(places).pull()
      desk.console.note("brought \(Amounts.count(versions.count, "version"))")
      return .done
    }
  }

  /// `washi storage push`.
  struct Push: Action {
    static let configuration = CommandConfiguration(
      commandName: "push",
      abstract: "Give the versions and models that others do not have.")

    func perform(at desk: Desk) async throws -> ExitStatus {
      guard let (project, places) = try desk.sharedProject() else { return .idle }
      let versions = try Archive(at: nil, of: project).shared(places).push()
      for version in versions { desk.console.say("\(version)") }
      try ModelRegistry(of: project).shared(places).pull()
      desk.console.note("gave \(Amounts.count(versions.count, "version"))")
      return .done
    }
  }
}

extension Desk {
  /// The project with what it shares; nil, said to the user, when it shares nothing.
  func sharedProject() throws(Refusal) -> (Project, SharedPlaces)? {
    let (file, sources) = try project.file(environment: nil)
    do throws(Refusal) {
      if let places = try file.sharedPlaces() { return (project, places) }
    } catch {
      show(error.diagnostics, in: sources)
      throw Refusal([])
    }
    console.note("nothing is shared: washi.yaml has no `storage:`")
    return nil
  }
}
