/// Takes a `multipart/form-data` body apart while it comes in (RFC 7578), without holding more of it
/// than one piece.
struct Multipart: Sendable {
  /// What is found, in order.
  enum Event: Sendable, Hashable {
    /// A part begins.
    case part(name: String, file: String?)
    /// Bytes of it.
    case bytes(ArraySlice<UInt8>)
    /// It is over.
    case end
  }

  private enum State { case preamble, head, body, epilogue }

  private let mark: [UInt8]
  private var state = State.preamble
  private var buffer: [UInt8] = []

  /// Heads of parts are short.
  private static let longestHead = 16 << 10

  /// For the value of a `Content-Type`; nil when it names no boundary.
  init?(contentType: String) {
    guard contentType.lowercased().hasPrefix("multipart/form-data"),
      let range = contentType.lowercased().firstRange(of: "boundary=")
    else { return nil }
    var boundary = contentType[range.upperBound...].prefix { $0 != ";" }
    if boundary.first == "\"" { boundary = boundary.dropFirst().prefix { $0 != "\"" } }
    guard (1...70).contains(boundary.utf8.count) else { return nil }
    mark = Array("\r\n--\(boundary)".utf8)
    // The first boundary has no line end before it.
    buffer = [13, 10]
  }

  /// Whether the last boundary has come.
  var isComplete: Bool { state == .epilogue }

  /// What further bytes bring.
  mutating func take(_ bytes: some Sequence<UInt8>) throws(Problem) -> [Event] {
    buffer += bytes
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  private mutating func step(_ events: inout [Event]) throws(Problem) -> Bool {
    switch state {
    case .epilogue:
      buffer = []
      return false
    case .preamble, .body:
      guard let place = find(mark) else {
        // The end of what is here may be the beginning of a boundary.
        let sure = max(0, buffer.count - mark.count)
        if state == .body, sure > 0 { events.append(.bytes(buffer[..<sure])) }
        buffer.removeFirst(sure)
        return false
      }
      guard buffer.count >= place + mark.count + 2 else {
        if state == .body, place > 0 { events.append(.bytes(buffer[..<place])) }
        buffer.removeFirst(place)
        return false
      }
      let next = place + mark.count
      let behind = Array(buffer[next..<(next + 2)])
      guard behind == [13, 10] || behind == [45, 45] else {
        // It only begins like a boundary.
        if state == .body { events.append(.bytes(buffer[..<next])) }
        buffer.removeFirst(next)
        return true
      }
      if state == .body {
        if place > 0 { events.append(.bytes(buffer[..<place])) }
        events.append(.end)
      }
      buffer.removeFirst(next + 2)
      state = behind == [13, 10] ? .head : .epilogue
      return true
    case .head:
      guard let place = find([13, 10, 13, 10]) else {
        guard buffer.count <= Self.longestHead else {
          throw .bad("The head of a form's part is too long.", "フォームの見出しが長すぎます。")
        }
        return false
      }
      let head = String(decoding: buffer[..<place], as: UTF8.self)
      buffer.removeFirst(place + 4)
      guard let name = Self.value("name", in: head) else {
        throw .bad("A part of the form has no name.", "フォームの項目に名前がありません。")
      }
      events.append(.part(name: name, file: Self.value("filename", in: head)))
      state = .body
      return true
    }
  }

  private func find(_ wanted: [UInt8]) -> Int? {
    guard buffer.count >= wanted.count, let first = wanted.first else { return nil }
    var start = 0
    while start <= buffer.count - wanted.count {
      guard let next = buffer[start...(buffer.count - wanted.count)].firstIndex(of: first) else {
        return nil
      }
      if buffer[next..<(next + wanted.count)].elementsEqual(wanted) { return next }
      start = next + 1
    }
    return nil
  }

  /// A value of the `Content-Disposition` line; browsers write `%22` for a quote.
  private static func value(_ key: String, in head: String) -> String? {
    let lines = head.split(separator: "\r\n")
    guard
      let line = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
      let range = line.firstRange(of: " \(key)=\"")
    else { return nil }
    return String(line[range.upperBound...].prefix { $0 != "\"" })
      .replacing("%22", with: "\"").replacing("%0D%0A", with: " ")
  }
}
