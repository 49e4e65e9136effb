internal import Parsing
internal import Planning
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Where a notebook waits for a file, and which parameter the file's path tells.
struct ArrivalWatch: Sendable {
  var opened: OpenedNotebook
  /// The catalog entry.
  var entry: String
  /// The parameter; nil when the path depends on none.
  var parameter: ParameterDeclaration?
  /// The folder relative to the project; empty for the project itself.
  var folder: String
  /// What the names of files end in, such as `.csv`.
  var ending: String

  /// More files than that are not watched.
  static let mostFiles = 10_000
  /// Folders within folders, at most.
  private static let depth = 4

  // MARK: - Making

  /// The watch of an entry: its path is worked out for two values of the parameter, and the folder
  /// that both lie in is the one to watch.
  init(
    of entry: CatalogEntry, in opened: OpenedNotebook, _ pressroom: any Pressroom
  ) throws {
    self.opened = opened
    self.entry = entry.name
    let declarations = opened.declarations
    let needed = declarations.filter { $0.isRequired && $0.default == .none && !$0.isSecret }
    var samples: [String: String] = [:]
    for declaration in needed { samples[declaration.name] = declaration.samples.first }
    let first = try Self.input(entry.name, of: opened, with: samples, pressroom)
    switch entry.arrival {
    case .parameter(let name, _)?: parameter = declarations.first { $0.name == name }
    case .soleParameter?, nil:
      let read = declarations.filter {
        first.parameters.contains($0.name) && $0.type != .path && !$0.isSecret
      }
      guard read.count <= 1 else {
        let names = read.map(\.name).joined(separator: ", ")
        throw Problem(
          .wrongValues,
          "The path of `\(entry.name)` depends on \(names): say which one a file tells, `arrival: \(read[0].name)`.",
          "`\(entry.name)` のパスは \(names) に依存します。`arrival: \(read[0].name)` のように指定してください。")
      }
      parameter = read.first
    }
    var paths = [first.path]
    if let parameter {
      let texts = parameter.samples
      guard !texts.isEmpty else {
        throw Problem(
          .wrongValues, "A path cannot tell the \(parameter.typeName) `\(parameter.name)`.",
          "`\(parameter.name)`（\(parameter.typeName)）の値はパスから決められません。")
      }
      for text in texts {
        samples[parameter.name] = text
        if let other = try? Self.input(entry.name, of: opened, with: samples, pressroom) {
          paths.append(other.path)
        }
      }
    }
    let folders = paths.map { $0.split(separator: "/").dropLast() }
    var common = folders[0]
    for folder in folders {
      common = common.prefix(zip(common, folder).prefix { $0 == $1 }.count)
    }
    folder = common.joined(separator: "/")
    guard !common.contains(where: { $0.hasPrefix(".") }), !first.path.hasPrefix("/") else {
      throw Problem(
        .wrongValues, "`\(entry.name)` is not in the project's data.",
        "`\(entry.name)` はプロジェクトのデータではありません。")
    }
    let name = first.path.split(separator: "/").last ?? ""
    ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
  }

  /// The path that an entry has with these values.
  private static func input(
    _ entry: String, of opened: OpenedNotebook, with values: [String: String],
    _ pressroom: any Pressroom
  ) throws -> (path: String, parameters: [String]) {
    var arguments = Arguments()
    for (name, text) in values.sorted(by: { $0.key < $1.key }) {
      arguments.add(.text(name, text), from: "an arrival")
    }
    guard
      let input = try pressroom.plan(opened, with: arguments).inputs.first(where: {
        $0.name == entry
      })
    else {
      throw Problem(
        .wrongValues, "Nothing reads `\(entry)`.", "`\(entry)` はどこでも読まれていません。")
    }
    guard input.paths.count == 1, let path = input.paths.first, !path.contains("*"),
      !path.contains("?")
    else {
      throw Problem(
        .wrongValues, "`\(entry)` reads several files; only one can be waited for.",
        "`\(entry)` は複数のファイルを読むため、到着を待てません。")
    }
    return (path, input.parameters)
  }

  // MARK: - Matching

  /// The values with which the entry's path is this file; nil when there are none.
  func values(
    of path: String, _ pressroom: any Pressroom
  ) throws -> [Job.Assignment]? {
    guard let parameter else {
      return try Self.input(entry, of: opened, with: [:], pressroom).path == path ? [] : nil
    }
    let rest = folder.isEmpty ? path : String(path.dropFirst(folder.count + 1))
    for text in parameter.candidates(in: rest) {
      guard
        let input = try? Self.input(entry, of: opened, with: [parameter.name: text], pressroom),
        input.path == path
      else { continue }
      return text == parameter.defaultText ? [] : [Job.Assignment(parameter.name, text)]
    }
    return nil
  }

  // MARK: - Looking

  /// A file as one look finds it.
  struct Sight: Sendable, Hashable {
    var path: String
    var size: Int
    /// Nanoseconds since 1970.
    var modified: Int64
  }

  /// The files that could be the entry's. Files that are being written under another name, hidden
  /// ones and empty ones are none.
  func look(in project: String) throws(ServingError) -> [Sight] {
    var found: [Sight] = []
    try look(below: folder, in: project, depth: Self.depth, &found)
    return found
  }

  private func look(
    below folder: String, in project: String, depth: Int, _ found: inout [Sight]
  ) throws(ServingError) {
    let real = folder.isEmpty ? project : "\(project)/\(folder)"
    for name in DiskFile.names(in: real) where !Self.isPart(name) {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      var status = stat()
      guard unsafe lstat("\(project)/\(path)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR, depth > 1 {
        try look(below: path, in: project, depth: depth - 1, &found)
      } else if status.st_mode & S_IFMT == S_IFREG, status.st_size > 0, name.hasSuffix(ending) {
        #if canImport(Darwin)
          let time = status.st_mtimespec
        #else
          let time = status.st_mtim
        #endif
        found.append(
          Sight(
            path: path, size: Int(status.st_size),
            modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)))
        guard found.count <= Self.mostFiles else {
          throw ServingError("more than \(Self.mostFiles) files in \(self.folder)")
        }
      }
    }
  }

  /// Whether a name is that of a file on its way.
  static func isPart(_ name: String) -> Bool {
    let lower = name.lowercased()
    return name.hasPrefix(".") || name.hasPrefix("~") || name.hasSuffix("~")
      || [".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp"]
        .contains { lower.hasSuffix($0) }
  }
}

extension ParameterDeclaration {
  /// Two values that look as different as possible, to see how a path depends on it.
  fileprivate var samples: [String] {
    if !choices.isEmpty { return [plain(choices[0]), plain(choices[choices.count - 1])] }
    return switch type {
    case .month: ["2021-01", "1998-12"]
    case .date: ["2021-01-31", "1998-12-06"]
    case .int: [minimum.map { plain($0) } ?? "1", maximum.map { plain($0) } ?? "2"]
    case .string: ["a", "b"]
    case .bool: ["true", "false"]
    case .float, .datetime, .path, .list, .secret: []
    }
  }

  /// The values that a path could mean. Each is tried; these are only guesses.
  fileprivate func candidates(in path: String) -> [String] {
    if !choices.isEmpty { return choices.map { plain($0) } }
    var found: [String] = []
    switch type {
    case .month: found = Self.days(in: path, hasDay: false)
    case .date: found = Self.days(in: path, hasDay: true)
    case .int:
      found = path.split { !("0"..."9").contains($0) }.compactMap { Int($0).map(String.init) }
    case .bool: found = ["true", "false"]
    case .string:
      for part in path.split(separator: "/") {
        let stem = part.lastIndex(of: ".").map { part[..<$0] } ?? part
        found += [String(stem), String(part)]
        found += stem.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        // `sales_north_2021`: what stands before and behind every mark.
        for index in stem.indices where "-_.".contains(stem[index]) {
          found += [String(stem[..<index]), String(stem[stem.index(after: index)...])]
        }
      }
    case .float, .datetime, .path, .list, .secret: break
    }
    var seen: Set<String> = []
    return Array(found.filter { !$0.isEmpty && seen.insert($0).inserted }.prefix(64))
  }

  /// `20210131`, `2021-01-31`, `2021/01/31`, `2021_01`, wherever they stand.
  private static func days(in path: String, hasDay: Bool) -> [String] {
    let bytes = Array(path.utf8)
    var found: [String] = []
    func number(_ start: Int, _ count: Int) -> String? {
      guard start + count <= bytes.count,
        bytes[start..<start + count].allSatisfy({ (48...57).contains($0) })
      else { return nil }
      return String(decoding: bytes[start..<start + count], as: UTF8.self)
    }
    func behind(_ place: Int) -> [Int] {
      place < bytes.count && "-_./".utf8.contains(bytes[place]) ? [place + 1] : [place]
    }
    for start in bytes.indices {
      guard let year = number(start, 4) else { continue }
      for place in behind(start + 4) {
        guard let month = number(place, 2), CalendarDate(parsing: "\(year)-\(month)-01") != nil
        else { continue }
        guard hasDay else {
          found.append("\(year)-\(month)")
          continue
        }
        for place in behind(place + 2) {
          guard let day = number(place, 2),
            CalendarDate(parsing: "\(year)-\(month)-\(day)") != nil
          else { continue }
          found.append("\(year)-\(month)-\(day)")
        }
      }
    }
    return found
  }
}
