internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A form that was sent, its files already on disk.
struct SentForm: Sendable {
  /// Names and values in order.
  var values: [(name: String, value: String)] = []
  /// The uploads by the field's name.
  var uploads: [(name: String, upload: Upload)] = []

  /// A value; the first of its name.
  subscript(name: String) -> String? { values.first { $0.name == name }?.value }

  /// Everything but files is short.
  private static let limit = 1 << 20

  /// Reads the form of a call. Nothing is looked at before it has shown that it comes from here.
  ///
  /// `writer` makes the place for a file that comes in, and `keep` keeps it.
  static func read(
    _ call: Call, writer: () throws -> UploadWriter,
    keep: (UploadWriter, _ field: String, _ file: String) async throws -> Upload
  ) async throws -> SentForm {
    let type = call.header(.contentType) ?? ""
    if let parts = Multipart(contentType: type) {
      return try await read(call, parts, writer, keep)
    }
    guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
      throw Problem(
        .unsupportedType, "The body is not a form.", "本文がフォームではありません。")
    }
    let text = String(decoding: try await call.body(upTo: limit), as: UTF8.self)
    let form = SentForm(values: Address.pairs(text))
    try form.checkOrigin(call)
    return form
  }

  private func checkOrigin(_ call: Call) throws(Problem) {
    guard let token = self["form"], Secret.areEqual(token, call.formToken) else {
      throw .staleForm
    }
  }

  private static func read(
    _ call: Call, _ parts: Multipart, _ makeWriter: () throws -> UploadWriter,
    _ keep: (UploadWriter, String, String) async throws -> Upload
  ) async throws -> SentForm {
    var (form, parts) = (SentForm(), parts)
    var pace = Pace()
    var field = ""
    var file = ""
    var writer: UploadWriter?
    var text: [UInt8]?
    var size = 0
    for try await buffer in call.request.body {
      try pace.take(buffer.readableBytes)
      for event in try parts.take(buffer.readableBytesView) {
        switch event {
        case .part(let name, let filename):
          field = name
          if let filename {
            try form.checkOrigin(call)
            file = filename
            // A file field that was left empty comes without a name.
            writer = filename.isEmpty ? nil : try makeWriter()
          } else {
            text = []
          }
        case .bytes(let bytes):
          if text != nil {
            size += bytes.count
            guard size <= limit else { throw Problem.body(tooLarge: limit) }
            text? += bytes
          } else {
            try writer?.write(bytes)
          }
        case .end:
          if let value = text {
            form.values.append((field, String(decoding: value, as: UTF8.self)))
          } else if let ended = writer {
            form.uploads.append((field, try await keep(ended, field, file)))
          }
          (text, writer) = (nil, nil)
        }
      }
    }
    guard parts.isComplete else {
      throw Problem.bad("The form ended too early.", "フォームが途中で終わりました。")
    }
    try form.checkOrigin(call)
    return form
  }
}

/// Whoever sends must keep a pace: a connection that drips is closed.
struct Pace {
  private let start: ContinuousClock.Instant
  private var bytes = 0

  /// So long nothing is asked, then so many bytes for every second.
  private static let grace = 30.0
  private static let floor = 4096.0

  init(since start: ContinuousClock.Instant = .now) {
    self.start = start
  }

  mutating func take(_ count: Int) throws(Problem) {
    bytes += count
    let parts = (ContinuousClock.now - start).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    guard seconds < Self.grace || Double(bytes) / seconds >= Self.floor else {
      throw Problem(
        .tooSlow, "The upload came too slowly and was given up.", "アップロードが遅すぎるため中断しました。")
    }
  }
}
