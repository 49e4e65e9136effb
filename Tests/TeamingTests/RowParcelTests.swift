import Learning
import LightGBM
import Testing
import Vocabulary

@testable import Teaming

/// Rows that travel and arrive as they were.
struct RowParcelTests {
  static let table = Table(columns: [
    Column(
      "small",
      integers: (0..<3000).map { row -> Int64? in row % 100 == 3 ? nil : Int64(row % 90 - 40) }),
    Column("large", integers: (0..<3000).map { row -> Int64? in Int64(row) * 1_000_003 }),
    Column(
      "real", reals: (0..<3000).map { row -> Double? in row % 7 == 0 ? nil : Double(row) / 3 }),
    Column("code", texts: (0..<3000).map { row -> String? in row % 11 == 0 ? nil : "c\(row % 5)" }),
    Column("y", integers: (0..<3000).map { row -> Int64? in Int64(row * 7919 % 13 / 7) }),
    Column("w", reals: (0..<3000).map { row -> Double? in Double(row % 4) + 0.5 }),
  ])

  static func rows(weighted: Bool = true) throws -> (rows: TrainingRows, encoder: FeatureEncoder) {
    let encoder = FeatureEncoder(fitting: table, except: ["y", "w"])
    let target = try Model.Target("y", in: table, task: .binary)
    return (try TrainingRows(of: table, encoder, target, weight: weighted ? "w" : nil), encoder)
  }

  static let target = Model.Target(column: "y", type: "BIGINT", negative: "0", positive: "1")

  static func order(_ rows: Int, validation: Int? = nil) -> Order {
    Order(
      id: "a", rank: 0, count: 2, silence: 30, training: "", trainRows: rows,
      validationRows: validation)
  }

  static func messages(weighted: Bool = true) throws -> [Frame] {
    var frames: [Frame] = []
    try RowParcel.pack(try rows(weighted: weighted).rows, .train) { frames.append($0) }
    return frames
  }

  @Test(arguments: [true, false]) func arriveAsTheyWere(_ isWeighted: Bool) throws {
    let (rows, encoder) = try Self.rows(weighted: isWeighted)
    let names = encoder.libraryNames
    var arrived = ArrivedRows(columns: names, for: Self.order(3000))
    for frame in try Self.messages(weighted: isWeighted) { try arrived.take(frame) }
    let (train, validation) = try arrived.finish(for: Self.target, hasValidation: false)
    #expect(validation == nil)
    #expect(train.labels == rows.labels)
    #expect(train.weights == rows.weights)
    // Packed again they are the same bytes: no number has changed, and none got lost.
    var first: [[UInt8]] = []
    var second: [[UInt8]] = []
    try PackedColumns.pack(rows.features) { first.append($0) }
    try PackedColumns.pack(train.features) { second.append($0) }
    #expect(first == second)
    #expect(first.reduce(0) { $0 + $1.count } < 3000 * 4 * 8)
  }

  @Test func refuseBytesThatAreCutOrChanged() throws {
    let frame = try #require(try Self.messages().first)
    let parcel = Array(frame.payload.dropFirst())
    _ = try PackedColumns(bytes: parcel, columns: 4)
    for count in [0, 1, 3, 4, 5, 100, parcel.count - 1] {
      #expect(throws: LightGBMError.self) {
        try PackedColumns(bytes: Array(parcel.prefix(count)), columns: 4)
      }
    }
    for columns in [0, 3, 5, 100_000] {
      #expect(throws: LightGBMError.self) { try PackedColumns(bytes: parcel, columns: columns) }
    }
    var other = parcel
    other[4] = UInt8(ascii: "u")
    #expect(throws: LightGBMError.self) { try PackedColumns(bytes: other, columns: 4) }
    other = parcel
    other.replaceSubrange(0..<4, with: [255, 255, 255, 255])
    #expect(throws: LightGBMError.self) { try PackedColumns(bytes: other, columns: 4) }
  }

  @Test func refuseRowsThatWereNotAnnounced() throws {
    let names = try Self.rows().encoder.libraryNames
    let frames = try Self.messages()
    // Fewer announced, more announced, labels missing, a part that is not there.
    for (order, sent) in [
      (Self.order(2999), frames), (Self.order(3001), frames),
      (Self.order(3000), Array(frames.dropLast())), (Self.order(3000), Array(frames.dropFirst())),
      (Self.order(3000), frames + [frames[0]]),
      (Self.order(3000), [Frame(.rows, [2] + frames[0].payload.dropFirst())]),
      (Self.order(3000), [Frame(.rows, [])]), (Self.order(3000), [Frame(.labels, [0])]),
      (Self.order(3000), [Frame(.labels, [0, 2, 0, 0, 0, 0])]),
      (Self.order(3000), [Frame(.labels, [0, 0, 1])]), (Self.order(3000), [Frame(.start)]),
      (Self.order(3000, validation: 5), frames),
    ] {
      #expect(throws: TeamError.self) {
        var arrived = ArrivedRows(columns: names, for: order)
        for frame in sent { try arrived.take(frame) }
        _ = try arrived.finish(for: Self.target, hasValidation: order.validationRows != nil)
      }
    }
  }

  @Test func refuseLabelsThatAreNoClasses() throws {
    let names = ["x"]
    for label in [2, -1, 0.5, .nan, .infinity] as [Float] {
      #expect(throws: TeamError.self) {
        var arrived = ArrivedRows(columns: names, for: Self.order(1))
        try arrived.take(Frame(.rows, [0, 1, 0, 0, 0, UInt8(ascii: "c"), 0, 7]))
        let bits = label.bitPattern
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(8 * $0)) }
        try arrived.take(Frame(.labels, [0, 0] + bytes))
        _ = try arrived.finish(for: Self.target, hasValidation: false)
      }
    }
  }

  @Test(arguments: [
    "", "{}", "[]",
    "{\"id\":\"a\",\"rank\":2,\"count\":2,\"silence\":30,\"training\":\"\",\"trainRows\":5}",
    "{\"id\":\"a\",\"rank\":0,\"count\":65,\"silence\":30,\"training\":\"\",\"trainRows\":5}",
    "{\"id\":\"a\",\"rank\":0,\"count\":2,\"silence\":-1,\"training\":\"\",\"trainRows\":5}",
    "{\"id\":\"a\",\"rank\":0,\"count\":2,\"silence\":30,\"training\":\"\",\"trainRows\":0}",
    "{\"id\":\"a\",\"rank\":0,\"count\":2,\"silence\":30,\"training\":\"\",\"trainRows\":9e30}",
  ])
  func refuseOrdersThatMakeNoSense(_ text: String) {
    #expect(throws: TeamError.self) { try Order.read(Array(text.utf8)) }
  }

  @Test func knowWhatMemoryTheyNeed() {
    #expect(Self.order(1000, validation: 500).memory(features: 10) == 1500 * 10 * 16)
    #expect(Self.order(Int(Int32.max)).memory(features: Int.max / 2) == .max)
  }
}
