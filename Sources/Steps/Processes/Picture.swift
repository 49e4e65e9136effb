/// A picture that the author's own program made, safe to show: nothing in it runs, and nothing leads
/// out of it.
public struct Picture: Sendable, Hashable, Codable {
  /// The kind of file.
  public enum Format: String, Sendable, Hashable, Codable, CaseIterable {
    /// Scalable Vector Graphics.
    case svg
    /// Portable Network Graphics.
    case png

    /// The name that a browser knows.
    public var mediaType: String { self == .svg ? "image/svg+xml" : "image/png" }
  }

  /// The kind of file.
  public var format: Format
  /// The file, cleaned.
  public var bytes: [UInt8]
  /// What the picture says of itself.
  public var description: String?
  /// How many elements, attributes or references were taken out.
  public var removedCount = 0

  /// Pictures up to this size are in the page itself, larger ones beside it.
  public static let embeddedSize = 1 << 20
  /// Larger files are no pictures for a report.
  static let largestSize = 20 << 20

  /// Why a file is no picture.
  struct Fault: Error {
    var reason: String
  }

  /// The picture that a file holds.
  init(_ bytes: [UInt8], _ format: Format) throws(Fault) {
    guard bytes.count <= Self.largestSize else {
      throw Fault(reason: "is larger than \(Self.largestSize >> 20) MiB")
    }
    self.format = format
    switch format {
    case .png: self.bytes = try Self.plainPNG(bytes)
    case .svg:
      var cleaning = SVGCleaning(bytes)
      self.bytes = Array(try cleaning.cleaned().utf8)
      description = cleaning.title
      removedCount = cleaning.removedCount
    }
  }

  /// A PNG with nothing but what its picture needs: no times, programs' names or other texts.
  private static func plainPNG(_ bytes: [UInt8]) throws(Fault) -> [UInt8] {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.starts(with: signature) else { throw Fault(reason: "is no PNG file") }
    let wanted: Set<String> = [
      "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "pHYs",
    ]
    var result = signature
    var index = signature.count
    var kinds: [String] = []
    while index < bytes.count {
      guard index + 12 <= bytes.count else { throw Fault(reason: "is cut off") }
      let length = bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = index + 12 + length
      guard end <= bytes.count else { throw Fault(reason: "is cut off") }
      let kind = String(decoding: bytes[index + 4..<index + 8], as: UTF8.self)
      if wanted.contains(kind) {
        result += bytes[index..<end]
        kinds.append(kind)
      }
      index = end
      if kind == "IEND" { break }
    }
    guard kinds.first == "IHDR", kinds.contains("IDAT"), kinds.last == "IEND" else {
      throw Fault(reason: "is no whole PNG file")
    }
    return result
  }
}
