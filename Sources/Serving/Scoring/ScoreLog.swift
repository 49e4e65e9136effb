internal import Dispatch
internal import DuckDB
internal import Learning
internal import Logging
internal import Synchronization
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What was scored, kept as Parquet files that a drift step reads.
///
/// The rows of a version and a day go into a hidden journal, a JSON object on every line, and become
/// `<model>/<day>-<version>-<number>.parquet` when the journal is old or long enough, when the day or
/// the server ends. A journal that a server left behind is taken up by the next one.
final class ScoreLog: Sendable {
  /// The rows of one answer.
  struct Entry: Sendable {
    /// The folder below the log's own: the model's or notebook's name.
    var model: String
    /// What tells versions apart in file names, such as `v3`.
    var tag: String
    /// What scored, such as `credit-default@v3`.
    var version: String
    /// What was asked for, such as `champion`.
    var alias: String
    /// The columns that the model reads.
    var columns: [FeatureColumn]
    /// Lines of the journal without what is the same for all of them: `"score":…,"row":{…}}`.
    var lines: [[UInt8]]
    /// Milliseconds since 1970.
    var at: Int64
  }

  private struct State {
    /// What is not yet written, by journal.
    var pending: [Place: [UInt8]] = [:]
    var size = 0
    var columns: [Place: [FeatureColumn]] = [:]
    /// Whether a writing is on its way.
    var isWaiting = false
    /// Whether a look at old journals is on its way.
    var isWatched = false
    var isClosed = false
  }

  /// Which journal rows belong to.
  private struct Place: Hashable {
    var model: String
    var stem: String
  }

  private struct Journal {
    var number: Int
    var rows: Int
    var begun: Int64
  }

  private let folder: String
  private let duckDB: LibrarySearch
  private let log: Logger
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())
  private let journals = Mutex<[Place: Journal]>([:])
  private let dropped = Atomic<Int>(0)
  /// Everything that touches the disk happens here, one after the other.
  private let disk = DispatchQueue(label: "washi.scores")

  /// A journal becomes Parquet after so many rows, or milliseconds.
  private static let mostRows = 100_000
  private static let longest: Int64 = 600_000
  /// More than this is not kept in memory while a disk is slow; rows beyond are counted as dropped.
  private static let mostBytes = 64 << 20
  private static let pause = DispatchTimeInterval.milliseconds(500)
  /// How often journals are looked at when nobody asks for scores.
  private static let patience = DispatchTimeInterval.seconds(30)

  /// A log in a folder, which is made; what an earlier server left is taken up.
  init(
    in folder: String, with duckDB: LibrarySearch, now: @escaping @Sendable () -> Int64,
    log: Logger
  ) throws(ServingError) {
    self.folder = folder
    self.duckDB = duckDB
    self.now = now
    self.log = log
    try DiskFile.makeFolder(folder)
    // Without the engine nothing could ever be read: better said now than in ten minutes.
    do throws(DuckDBError) {
      _ = try Library.load(duckDB)
    } catch {
      throw ServingError("the score log needs DuckDB: \(error)")
    }
    disk.async { self.takeUp(self.folder) }
  }

  /// Rows that were not kept because the disk was too slow.
  var droppedRows: Int { dropped.load(ordering: .relaxed) }

  /// Keeps the rows of an answer; they are on disk half a second later.
  func note(_ entry: Entry) {
    let head = Array(
      ("{\"at\":\(entry.at),\"version\":" + Self.json(entry.version) + ",\"alias\":"
        + Self.json(entry.alias) + ",").utf8)
    let place = Place(
      model: entry.model, stem: "\(ClockText.utc(entry.at).prefix(10))-\(entry.tag)")
    let mustWake = state.withLock { state -> Bool in
      guard !state.isClosed, state.size < Self.mostBytes else {
        dropped.wrappingAdd(entry.lines.count, ordering: .relaxed)
        return false
      }
      var bytes: [UInt8] = []
      for line in entry.lines {
        bytes += head
        // A line of the journal is a line of the file, whatever spaces a row came with.
        for byte in line { bytes.append(byte == 10 || byte == 13 ? 32 : byte) }
        bytes.append(10)
      }
      state.size += bytes.count
      state.pending[place, default: []] += bytes
      if state.columns[place] == nil { state.columns[place] = entry.columns }
      defer { state.isWaiting = true }
      return !state.isWaiting
    }
    if mustWake { disk.asyncAfter(deadline: .now() + Self.pause) { self.write() } }
  }

  /// Writes what waits and makes Parquet of everything; nothing is kept afterwards.
  func end() async {
    state.withLock { $0.isClosed = true }
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      disk.async {
        self.write()
        for place in self.journals.withLock({ Array($0.keys) }) { self.finish(place) }
        done.resume()
      }
    }
  }

  /// Writes what waits, and makes Parquet of the journals that are due.
  private func write() {
    let now = now()
    let pending = state.withLock { state in
      defer {
        state.pending.removeAll()
        state.size = 0
        state.isWaiting = false
      }
      return state.pending
    }
    for (place, bytes) in pending {
      do throws(ServingError) {
        try append(bytes, to: place, now: now)
      } catch {
        dropped.wrappingAdd(bytes.count { $0 == 10 }, ordering: .relaxed)
        log.error("scores are not in the log: \(error)")
      }
    }
    let today = String(ClockText.utc(now).prefix(10))
    let due = journals.withLock { journals in
      journals.filter { place, journal in
        journal.rows >= Self.mostRows || now - journal.begun >= Self.longest
          || !place.stem.hasPrefix(today)
      }.keys
    }
    for place in due { finish(place) }
    // Somebody must look again, also when nothing is scored any more.
    guard !journals.withLock({ $0.isEmpty }) else { return }
    let mustWatch = state.withLock { state in
      defer { state.isWatched = true }
      return !state.isClosed && !state.isWatched
    }
    guard mustWatch else { return }
    disk.asyncAfter(deadline: .now() + Self.patience) {
      self.state.withLock { $0.isWatched = false }
      self.write()
    }
  }

  private func home(_ place: Place) -> String { "\(folder)/\(place.model)" }

  private func append(
    _ bytes: [UInt8], to place: Place, now: Int64
  ) throws(ServingError) {
    let known = journals.withLock { $0[place] }
    let journal: Journal
    if let known {
      journal = known
    } else {
      try DiskFile.makeFolder(home(place))
      journal = Journal(number: freeNumber(place), rows: 0, begun: now)
      let columns = state.withLock { $0.columns[place] ?? [] }
      try Self.put(
        Array(Self.schema(columns).utf8), in: path(of: place, journal.number, "sql"),
        appending: false)
    }
    try Self.put(bytes, in: path(of: place, journal.number, "jsonl"), appending: true)
    let rows = journal.rows + bytes.count { $0 == 10 }
    journals.withLock {
      $0[place] = Journal(number: journal.number, rows: rows, begun: journal.begun)
    }
  }

  private static func put(
    _ bytes: [UInt8], in path: String, appending: Bool
  ) throws(ServingError) {
    let file = unsafe open(
      path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC), 0o644)
    guard file >= 0 else { throw .system("write", path) }
    defer { close(file) }
    try DiskFile.write(bytes[...], to: file, path)
  }

  /// The first number that no file of this day and version has.
  private func freeNumber(_ place: Place) -> Int {
    let taken = Set(DiskFile.names(in: home(place)))
    var number = 1
    while taken.contains("\(place.stem)-\(Self.padded(number)).parquet")
      || taken.contains(".\(place.stem)-\(Self.padded(number)).jsonl")
    { number += 1 }
    return number
  }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }

  private func path(of place: Place, _ number: Int, _ ending: String) -> String {
    "\(home(place))/.\(place.stem)-\(Self.padded(number)).\(ending)"
  }

  /// Makes Parquet of a journal.
  private func finish(_ place: Place) {
    guard let journal = journals.withLock({ $0.removeValue(forKey: place) }) else { return }
    state.withLock { $0.columns[place] = nil }
    convert(home(place), "\(place.stem)-\(Self.padded(journal.number))")
  }

  /// Makes Parquet of what an earlier server left, at any depth.
  private func takeUp(_ folder: String, depth: Int = 0) {
    guard depth < 10 else { return }
    for name in DiskFile.names(in: folder) {
      if name.hasPrefix("."), name.hasSuffix(".jsonl") {
        convert(folder, String(name.dropFirst().dropLast(".jsonl".count)))
      } else if DiskFile.isFolder("\(folder)/\(name)") {
        takeUp("\(folder)/\(name)", depth: depth + 1)
      }
    }
  }

  /// `.NAME.jsonl` with the SELECT in `.NAME.sql` becomes `NAME.parquet`, in one step.
  private func convert(_ folder: String, _ name: String) {
    let (journal, sql) = ("\(folder)/.\(name).jsonl", "\(folder)/.\(name).sql")
    let (part, target) = ("\(folder)/.\(name).part", "\(folder)/\(name).parquet")
    do {
      // Both are there when the server ended between making the one and removing the other.
      if DiskFile.size(of: target) == nil {
        guard let data = DiskFile.data(at: sql) else {
          throw ServingError("\(sql) is missing")
        }
        let database = try Database(
          Library.load(duckDB), configuration: ["threads": "1", "memory_limit": "512MB"])
        let select = String(decoding: data, as: UTF8.self)
          .replacing("$journal", with: Self.quoted(journal))
        try database.connect().execute(
          "COPY (\(select)) TO \(Self.quoted(part)) (FORMAT parquet, COMPRESSION zstd)")
        guard unsafe rename(part, target) == 0 else { throw ServingError.system("write", target) }
      }
      unsafe unlink(journal)
      unsafe unlink(sql)
    } catch {
      unsafe unlink(part)
      log.error("the score log keeps \(journal) as it is: \(error)")
    }
  }

  /// The SELECT that reads a journal of a model with these columns.
  static func schema(_ columns: [FeatureColumn]) -> String {
    let taken = Set(columns.map { $0.name.lowercased() })
    func own(_ name: String) -> String { taken.contains(name) ? "scored_\(name)" : name }
    let members = columns.map { "\(identifier($0.name)) VARCHAR" }.joined(separator: ", ")
    var fields = [
      "make_timestamp(\"at\" * 1000) AS \(own("scored_at"))", "\"version\" AS \(own("scored_by"))",
      "\"alias\" AS \(own("scored_as"))", "\"score\" AS \(own("score"))",
      "\"label\" AS \(own("label"))",
    ]
    fields += columns.map { column in
      let value = "\"row\".\(identifier(column.name))"
      let name = identifier(column.name)
      guard let type = type(of: column) else { return "\(value) AS \(name)" }
      // A truth value counts as 1 or 0 where the model reads a number.
      return
        "coalesce(TRY_CAST(\(value) AS \(type)), TRY_CAST(CASE \(value) WHEN 'true' THEN '1' WHEN 'false' THEN '0' END AS \(type))) AS \(name)"
    }
    return "SELECT " + fields.joined(separator: ", ")
      + " FROM read_json($journal, format = 'newline_delimited', ignore_errors = true, "
      + "maximum_object_size = 67108864, columns = {\"at\": 'BIGINT', \"version\": 'VARCHAR', "
      + "\"alias\": 'VARCHAR', \"score\": 'DOUBLE', \"label\": 'VARCHAR', \"row\": "
      + quoted("STRUCT(\(members))") + "}) WHERE \"at\" IS NOT NULL"
  }

  /// The type of a column in SQL; nil for texts, and for what is no type that a model reads.
  private static func type(of column: FeatureColumn) -> String? {
    guard column.kind != .category, FeatureColumn.Kind(typeName: column.type) != nil,
      column.type.utf8.allSatisfy({
        (65...90).contains($0) || (48...57).contains($0) || " (),_".utf8.contains($0)
      })
    else { return nil }
    return column.type
  }

  private static func identifier(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  private static func json(_ text: String) -> String {
    String(decoding: ScoreWriter.json(text), as: UTF8.self)
  }
}
