internal import Archiving
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

extension Workplace {
  /// A pass to the files of a place, for whoever asks now.
  func pass(to place: String, _ call: Call) -> String {
    FilePass(
      place: place, user: call.visitor?.name ?? "", endsAt: call.now + FilePass.lifetime
    ).text(key)
  }

  private func checked(_ text: String, to place: String, _ call: Call) throws(Problem) -> FilePass {
    guard let pass = FilePass(parsing: text, to: place, key, now: call.now) else {
      throw Problem(
        .gone, "This address has ended. Open the report from its page again.",
        "このアドレスは期限切れです。レポートのページから開き直してください。")
    }
    return pass
  }

  func passedFile(
    _ call: Call, _ pass: String, _ place: Route.Place, _ file: String
  ) async throws -> Response {
    let pass = try checked(pass, to: place.path, call)
    guard place.version != nil else { throw Problem.nothing(at: call.address.path) }
    let (version, _) = try shelf.version(place)
    let path = try shelf.file(file, of: version)
    if file != "index.html" { await note("download", "\(version)/\(file)", call, by: pass.user) }
    return try await self.file(path, named: file, call)
  }

  func passedRunFile(
    _ call: Call, _ pass: String, _ run: String, _ file: String
  ) async throws -> Response {
    _ = try checked(pass, to: "run/\(run)", call)
    guard let job = try await store.job(run), let folder = Self.failedReport(of: job, in: places)
    else { throw Problem.notFound("The report is not there any more.", "レポートはもうありません。") }
    return try await self.file(try Shelf.file(file, in: folder), named: file, call)
  }

  func download(_ call: Call, _ place: Route.Place, _ file: String) async throws -> Response {
    _ = try call.known(.viewer, in: place.notebook)
    let (version, _) = try shelf.version(place)
    let path = try shelf.file(file, of: version)
    await note("download", "\(version)/\(file)", call)
    return try await self.file(path, named: file, call)
  }

  /// A file: a page in a sandbox, or something to save; by parts when that is asked for.
  func file(
    _ path: String, named name: String, _ call: Call, isInline: Bool = false
  ) async throws -> Response {
    guard let size = DiskFile.size(of: path) else { throw Problem.nothing(at: call.address.path) }
    let isPage = name.hasSuffix(".html")
    var headers: HTTPFields = [
      .contentType: Self.type(of: name), .acceptRanges: "bytes",
      .cacheControl: "private, no-cache",
      .contentSecurityPolicy: isPage ? Answer.reportPolicy : "sandbox; default-src 'none'",
    ]
    let tag = "\"\(try await digest(of: path))\""
    headers[.eTag] = tag
    let known = call.request.headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
      .map { String($0.drop { $0 == " " }).replacing("W/", with: "") }
    if known.contains(tag) || known.contains("*") {
      return Response(status: .notModified, headers: headers)
    }
    if !isPage, !isInline {
      let last = name.split(separator: "/").last.map(String.init) ?? name
      headers[.contentDisposition] =
        "attachment; filename*=UTF-8''" + Address.encoded(last).replacing("@", with: "%40")
    }
    let files = FileIO()
    let condition = call.header(.ifRange)
    if let text = call.header(.range), condition == nil || condition == tag {
      switch ByteRange(parsing: text, of: size) {
      case .whole: break
      case .impossible:
        var response = Answer.problem(
          Problem(
            .rangeNotSatisfiable, "The file has \(size) bytes.", "ファイルは \(size) バイトです。"))
        response.headers[.contentRange] = "bytes */\(size)"
        return response
      case .part(let range):
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
        return Response(
          status: .partialContent, headers: headers,
          body: try await files.loadFile(path: path, range: range, context: call.context))
      }
    }
    return Response(
      status: .ok, headers: headers,
      body: try await files.loadFile(path: path, context: call.context))
  }

  /// The digest of a file that never changes: it is computed once.
  private func digest(of path: String) async throws -> String {
    if let known = digests.withLock({ $0[path] }) { return known }
    let digest = try await blocking { try DiskFile.digest(of: path) }
    digests.withLock { digests in
      if digests.count > 10_000 { digests.removeAll() }
      digests[path] = digest
    }
    return digest
  }

  static func type(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "html": "text/html; charset=utf-8"
    case "csv": "text/csv; charset=utf-8"
    case "md": "text/markdown; charset=utf-8"
    case "json": "application/json"
    case "jsonl": "application/jsonl"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "txt": "text/plain; charset=utf-8"
    case "parquet": "application/vnd.apache.parquet"
    default: "application/octet-stream"
    }
  }

  func asset(_ call: Call, _ name: String) throws(Problem) -> Response {
    let (text, type): (String, String)
    switch name {
    case "workplace.css": (text, type) = (templates.style, "text/css; charset=utf-8")
    case "workplace.js": (text, type) = (templates.script, "text/javascript; charset=utf-8")
    default: throw .nothing(at: call.address.path)
    }
    var response = Answer.text(text, type)
    response.headers[.cacheControl] =
      call.address["v"] == templates.version ? "public, max-age=31536000, immutable" : "no-cache"
    return response
  }
}

/// What a `Range` header asks for (RFC 9110, 14.2): one part at most.
enum ByteRange: Sendable, Hashable {
  /// Everything: several parts, other units and damage are answered whole, as the standard allows.
  case whole
  case part(ClosedRange<Int>)
  /// No byte of it is there.
  case impossible

  init(parsing text: String, of size: Int) {
    guard text.hasPrefix("bytes="), !text.contains(",") else {
      self = .whole
      return
    }
    let parts = text.dropFirst("bytes=".count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      self = .whole
      return
    }
    switch (Int(parts[0]), Int(parts[1])) {
    case (let start?, let end?) where start <= end && start < size:
      self = .part(start...min(end, size - 1))
    case (let start?, nil) where parts[1].isEmpty && start < size: self = .part(start...(size - 1))
    case (nil, let count?) where parts[0].isEmpty && count > 0 && size > 0:
      self = .part(max(0, size - count)...(size - 1))
    case (let start?, let end?) where start > end: self = .whole
    case (_?, _), (nil, _?): self = .impossible
    case (nil, nil): self = .whole
    }
  }
}

extension DiskFile {
  /// The plain files in a folder, at any depth, sorted.
  static func files(in folder: String) -> [String] {
    names(in: folder).filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if size(of: path) != nil { return [name] }
      return isFolder(path) ? files(in: path).map { "\(name)/\($0)" } : []
    }
  }
}
