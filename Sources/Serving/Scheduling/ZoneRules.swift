internal import Vocabulary

/// When the clocks of a time zone differ from UTC by how much: the contents of a TZif file (RFC 8536).
///
/// For example: `ZoneRules(named: "Asia/Tokyo")?.offset(at: 0) == 32_400`.
public struct ZoneRules: Sendable, Hashable {
  private struct Transition: Sendable, Hashable {
    var at: Int64
    var offset: Int
  }

  /// Ascending; the first one is before everything else.
  private var transitions: [Transition]
  /// What holds after the last transition, for ever.
  private var future: FutureRule?

  /// A zone whose clocks are those of UTC.
  static let utc = ZoneRules(transitions: [Transition(at: .min, offset: 0)], future: nil)

  private init(transitions: [Transition], future: FutureRule?) {
    self.transitions = transitions
    self.future = future
  }

  /// Seconds that clocks are ahead of UTC at a moment, in seconds since 1970.
  public func offset(at moment: Int64) -> Int {
    if let future, let last = transitions.last, moment >= last.at {
      return future.offset(at: moment)
    }
    var (low, high) = (0, transitions.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if transitions[middle].at <= moment { low = middle } else { high = middle }
    }
    return transitions[low].offset
  }

  /// What clocks on the wall show at a moment, as seconds of a day's and year's count without zone.
  func wall(at moment: Int64) -> Int64 { moment + Int64(offset(at: moment)) }

  /// The moments at which clocks on the wall show a time: one, or two in an hour that comes twice. A
  /// time that is skipped is the moment that it would have been, had the clocks not been changed
  /// (RFC 5545, section 3.3.5).
  func moments(ofWall time: Int64) -> [Int64] {
    let (before, after) = (offset(at: time - 86_400), offset(at: time + 86_400))
    let (first, second) = (time - Int64(before), time - Int64(after))
    guard before != after else { return [first] }
    let isFirst = offset(at: first) == before
    let isSecond = offset(at: second) == after
    return switch (isFirst, isSecond) {
    case (true, true): [first, second]
    case (false, true): [second]
    default: [first]
    }
  }

  // MARK: - Files

  /// Reads the contents of a TZif file; nil when they are none.
  public init?(parsing bytes: [UInt8]) {
    var reader = Reader(bytes: bytes[...])
    guard var head = reader.header() else { return nil }
    if head.version >= UInt8(ascii: "2") {
      reader.skip(head.length(timeSize: 4))
      guard let second = reader.header() else { return nil }
      head = second
    }
    let size = head.version >= UInt8(ascii: "2") ? 8 : 4
    guard reader.bytes.count >= head.length(timeSize: size), head.types > 0 else { return nil }
    let times = (0..<head.times).map { _ in reader.number(size) }
    let kinds = (0..<head.times).map { _ in Int(reader.number(1)) & 0xFF }
    let offsets = (0..<head.types).map { _ -> Int in
      let offset = Int(reader.number(4))
      reader.skip(2)
      return offset
    }
    guard kinds.allSatisfy({ $0 < offsets.count }) else { return nil }
    transitions =
      [Transition(at: .min, offset: offsets[0])]
      + zip(times, kinds).map { Transition(at: $0, offset: offsets[$1]) }
    guard size == 8 else { return }
    reader.skip(head.characters + head.leaps * 12 + head.standards + head.universals)
    guard reader.number(1) == 10 else { return nil }
    let footer = String(decoding: reader.bytes.prefix { $0 != 10 }, as: UTF8.self)
    guard !footer.isEmpty else { return }
    guard let rule = FutureRule(parsing: footer) else { return nil }
    future = rule
  }

  private struct Header {
    var version: UInt8
    var universals: Int
    var standards: Int
    var leaps: Int
    var times: Int
    var types: Int
    var characters: Int

    func length(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standards
        + universals
    }
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func skip(_ count: Int) { bytes = bytes.dropFirst(count) }

    /// A signed number, its highest byte first; zero behind the end.
    mutating func number(_ size: Int) -> Int64 {
      var value: Int64 = bytes.first.map { $0 >= 128 ? -1 : 0 } ?? 0
      for byte in bytes.prefix(size) { value = value << 8 | Int64(byte) }
      skip(size)
      return value
    }

    mutating func header() -> Header? {
      guard bytes.count >= 44, bytes.starts(with: Array("TZif".utf8)) else { return nil }
      let version = bytes[bytes.startIndex + 4]
      skip(20)
      let counts = (0..<6).map { _ in Int(number(4)) }
      guard counts.allSatisfy({ (0...1_000_000).contains($0) }) else { return nil }
      return Header(
        version: version, universals: counts[0], standards: counts[1], leaps: counts[2],
        times: counts[3], types: counts[4], characters: counts[5])
    }
  }
}

extension ZoneRules {
  /// The rules of an IANA zone as this machine knows them; nil when it does not.
  public init?(named name: String, folder: String? = nil) {
    if name == "UTC" || name == "Etc/UTC" {
      self = .utc
      return
    }
    // What comes from a notebook must not leave the folder.
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0.first != "." }) else { return nil }
    let folders =
      folder.map { [$0] }
      ?? ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
    for folder in folders {
      if let data = DiskFile.data(at: "\(folder)/\(name)"),
        let rules = ZoneRules(parsing: Array(data))
      {
        self = rules
        return
      }
    }
    return nil
  }
}
