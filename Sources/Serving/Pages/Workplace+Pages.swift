internal import Archiving
internal import Comparing
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Parsing
internal import Reporting

extension Workplace {
  /// The notebooks that a visitor may see: those that are there, and those whose reports are.
  func cards(for visitor: Visitor) async throws -> [NotebookCard] {
    let jobs = try await store.newestJobs()
    let (pressroom, shelf) = (pressroom, shelf)
    let (found, scheduled) = try await blocking {
      let names = pressroom.notebooks()
      let published = Set(shelf.editions().map(\.place.notebook))
      let all = Set(names).union(published).sorted()
      var scheduled: [OpenedNotebook] = []
      let cards = all.filter { visitor.role(in: $0) != nil }.map { name in
        let opened = (try? pressroom.notebook(name)) ?? nil
        if let opened, opened.notebook.frontMatter.schedule != nil { scheduled.append(opened) }
        let editions = shelf.editions(of: name)
        var card = NotebookCard(
          name: name, title: opened?.title ?? name, summary: opened?.summary,
          newest: editions.last?.newest, newestJob: jobs[name],
          isRunnable: visitor.may(.runner, in: name), isGone: opened == nil)
        if let newest = editions.last?.newest, let facts = shelf.facts(of: newest) {
          if opened?.notebook.frontMatter.title?.plainText == nil { card.title = facts.title }
          if let figure = facts.keyFigure {
            card.figure = (figure.label, figure.text)
            card.history = editions.suffix(12).map {
              shelf.facts(of: $0.newest)?.metrics[figure.name]?.value
            }
          }
        }
        return card
      }
      return (cards, scheduled)
    }
    var cards = found
    for opened in scheduled {
      guard let index = cards.firstIndex(where: { $0.name == opened.name }) else { continue }
      cards[index].schedule = try await schedule(of: opened, count: 1)
    }
    return cards
  }

  func frontPage(_ call: Call) async throws -> Response {
    Answer.page(scene(call).frontPage(try await cards(for: try call.known())))
  }

  func historyPage(_ call: Call, _ name: String) throws -> Response {
    _ = try call.known(.viewer, in: name)
    return Answer.page(
      scene(call).historyPage(name, shelf.series(of: name), shelf.editions(of: name)))
  }

  // MARK: - Reports

  func reportPage(_ call: Call, _ place: Route.Place) throws -> Response {
    _ = try call.known(.viewer, in: place.notebook)
    let (version, edition) = try shelf.version(place)
    let path = shelf.archive.path(of: version)
    let full = Route.Place(version)
    let pass = pass(to: full.path, call)
    let title = shelf.facts(of: version)?.title ?? place.notebook
    let state = ReportState(
      version: version, edition: edition, editions: shelf.editions(of: place.notebook),
      predecessor: shelf.predecessor(of: version),
      frame: "/files/\(pass)/\(full.path)/index.html",
      artifacts: DiskFile.files(in: "\(path)/artifacts"),
      tables: DiskFile.files(in: "\(path)/tables"), title: title)
    return Answer.page(scene(call).reportPage(state))
  }

  /// The switcher without script asks here.
  func reportChoice(_ call: Call) throws -> Response {
    guard let target = call.address["to"], let address = try? Address("/reports/" + target),
      case .report(let place) = try Route(.get, address)
    else { throw Problem.nothing(at: "/reports") }
    return Answer.seeOther("/reports/" + place.path)
  }

  // MARK: - Differences

  /// The versions that an address and its predecessor name.
  func version(named text: String, _ call: Call) throws -> Version {
    let version: Version
    if let at = text.lastIndex(of: "@"), let slash = text[at...].lastIndex(of: "/"),
      text[text.index(after: slash)...].first == "v",
      let number = Int(text[slash...].dropFirst(2))
    {
      version = try shelf.version(
        Route.Place(
          notebook: String(text[..<at]), edition: String(text[text.index(after: at)..<slash]),
          version: number)
      ).version
    } else {
      let resolved = try shelf.archive.resolve(VersionAddress(text))
      guard let found = resolved.version else {
        throw Problem.notFound("`\(text)` names no version.", "`\(text)` というバージョンはありません。")
      }
      version = found
    }
    _ = try call.known(.viewer, in: version.place.notebook)
    return version
  }

  func comparePage(_ call: Call) throws -> Response {
    let visitor = try call.known()
    let versions = shelf.editions().filter { visitor.role(in: $0.place.notebook) != nil }
      .reversed().flatMap { edition in
        edition.versions.reversed().map { Version(place: edition.place, number: $0) }
      }
    let new = try call.address["new"].map { try version(named: $0, call) } ?? versions.first
    let old =
      try call.address["old"].map { try version(named: $0, call) }
      ?? new.flatMap { shelf.predecessor(of: $0) }
    var frame: String?
    if let old, let new, call.address["old"] != nil {
      frame =
        "/compare/page?old=\(Address.encoded(old.description))&new=\(Address.encoded(new.description))"
    }
    return Answer.page(scene(call).comparePage(versions, old: old, new: new, frame: frame))
  }

  func comparison(_ call: Call) async throws -> Response {
    let difference = try await difference(call, call.address["old"], call.address["new"])
    let templates = reportTemplates
    return Answer.report(try await blocking { difference.html(templates: templates) })
  }

  func difference(_ call: Call, _ old: String?, _ new: String?) async throws -> Difference {
    guard let new else {
      throw Problem.bad("Name the versions to compare.", "比較するバージョンを指定してください。")
    }
    let later = try version(named: new, call)
    guard
      let earlier = try old.map({ try version(named: $0, call) }) ?? shelf.predecessor(of: later)
    else {
      throw Problem.notFound(
        "Nothing was published before \(later).", "\(later) より前の公開はありません。")
    }
    let archive = shelf.archive
    return try await blocking {
      Difference(
        from: ReportFolder(reading: archive.path(of: earlier), as: earlier.description),
        to: ReportFolder(reading: archive.path(of: later), as: later.description))
    }
  }
}
