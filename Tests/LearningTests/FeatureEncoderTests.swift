import DuckDB
import Learning
import Testing
import Vocabulary

@Suite struct FeatureEncoderTests {
  private static func source() throws -> (Connection, [String: String]) {
    let connection = try Engines.connection()
    try connection.execute(
      #"""
      CREATE TABLE odd AS SELECT * FROM (VALUES
        (1.5, 7::HUGEINT, true, DATE '2021-01-31', TIMESTAMP '2021-01-31 12:00:00.25', 'a', 1.5::DOUBLE),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (-2.25, -9::HUGEINT, false, DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59', 'it''s', 'nan'),
        (0.0, 0::HUGEINT, true, DATE '1970-01-01', TIMESTAMP '1970-01-01', 'never seen', 'inf')
      ) AS t("select", "a ""b""", flag, day, "time", "lével, [x]", real)
      """#)
    let columns = try connection.columns(of: "SELECT * FROM odd")
    return (
      connection, Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.engineType) })
    )
  }

  private static func columns(_ types: [String: String]) -> [FeatureColumn] {
    ["select", "a \"b\"", "flag", "day", "time", "lével, [x]", "real"].map { name in
      let type = types[name] ?? ""
      return FeatureColumn(
        name: name, type: type, kind: FeatureColumn.Kind(typeName: type) ?? .number,
        levels: name.hasPrefix("l") ? ["it's", "a", "é", "e\u{301}"] : [])
    }
  }

  @Test(arguments: [
    FeatureEncoder(columns: []),
    FeatureEncoder(columns: [], categorical: .oneHot),
    FeatureEncoder(
      columns: [], categorical: .oneHot, dropsFirst: true, missingNumber: -999, missingText: "a"),
    FeatureEncoder(columns: [], missingNumber: 0.5, missingText: "é"),
  ])
  func saysTheSameInSQLAndInSwift(_ settings: FeatureEncoder) throws {
    let (connection, types) = try Self.source()
    var encoder = settings
    encoder.columns = Self.columns(types)
    let table = try connection.query("SELECT * FROM odd")
    let matrix = try encoder.matrix(of: table)
    let encoded = try connection.doubleColumns(
      "SELECT \(encoder.selectList(for: types)) FROM odd")
    #expect(encoded.count == encoder.featureCount)
    #expect(encoder.features.count == encoder.featureCount)
    for row in 0..<table.rowCount {
      for column in encoded.indices {
        let (sql, swift) = (encoded[column][row], matrix[row * encoded.count + column])
        #expect(sql == swift || sql.isNaN && swift.isNaN, "\(row) \(column): \(sql) \(swift)")
      }
    }
  }

  @Test func gives64BitNumbersDatesAndTimes() throws {
    let (connection, types) = try Self.source()
    let encoder = FeatureEncoder(columns: Self.columns(types))
    let encoded = try connection.doubleColumns(
      "SELECT \(encoder.selectList(for: types)) FROM odd")
    #expect(encoded.map { $0[0] } == [1.5, 7, 1, 18_658, 1_612_094_400.25, 0, 1.5])
    #expect(encoded.map { $0[2] }.dropLast() == [-2.25, -9, 0, -1, -1, 2])
    #expect(encoded[6][2].isNaN && encoded[6][3] == .infinity)
    #expect(encoded.allSatisfy { $0[1].isNaN })
    #expect(encoded[5][3].isNaN)
  }

  // "é" in one scalar and "e" with an accent are different bytes, and so different levels.
  @Test func tellsLevelsApartByTheirBytes() {
    let column = FeatureColumn(
      name: "x", type: "VARCHAR", kind: .category, levels: ["é", "e\u{301}", "a", "a", "n\0"])
    #expect(column.levels.count == 3)
    #expect(column.levels.map { Array($0.utf8) } == [[97], [101, 204, 129], [195, 169]])
  }

  @Test func countsWhatItCannotUse() throws {
    let (connection, types) = try Self.source()
    let encoder = FeatureEncoder(columns: Self.columns(types))
    let counts = try encoder.unusableCounts(for: types)
    #expect(counts.map(\.column.name) == ["lével, [x]"])
    #expect(try connection.count("SELECT \(counts[0].sql) FROM odd") == 1)
    try connection.execute(
      "CREATE TABLE texts AS SELECT * FROM (VALUES ('1.5'), ('x'), (NULL)) t(n)")
    let number = FeatureEncoder(
      columns: [FeatureColumn(name: "n", type: "DOUBLE", kind: .number)], missingNumber: 0)
    let text = try #require(try number.unusableCounts(for: ["n": "VARCHAR"]).first)
    #expect(try connection.count("SELECT \(text.sql) FROM texts") == 1)
    #expect(
      try connection.doubles("SELECT \(number.selectList(for: ["n": "VARCHAR"])) FROM texts")
        == [1.5, 0, 0])
  }

  @Test func looksUpTenThousandLevelsQuickly() throws {
    let connection = try Engines.connection()
    try connection.execute(
      "CREATE TABLE many AS SELECT 'l''' || (range * 7919 % 12000) AS x FROM range(50000)")
    let levels = (0..<10_000).map { "l'\($0)" }
    let encoder = FeatureEncoder(columns: [
      FeatureColumn(name: "x", type: "VARCHAR", kind: .category, levels: levels)
    ])
    let codes = try connection.doubles(
      "SELECT \(encoder.selectList(for: ["x": "VARCHAR"])) FROM many")
    let places = Dictionary(
      uniqueKeysWithValues: encoder.columns[0].levels.enumerated().map { ($1, $0) })
    #expect(codes[1] == places["l'7919"].map(Double.init))
    let unseen = (0..<50_000).filter { $0 * 7919 % 12_000 >= 10_000 }.count
    #expect(codes.filter(\.isNaN).count == unseen)
  }

  @Test func namesAMissingColumnAndItsNeighbour() throws {
    let encoder = FeatureEncoder(columns: [
      FeatureColumn(name: "amount", type: "DOUBLE", kind: .number)
    ])
    let sql = #expect(throws: LearningError.self) {
      try encoder.selectList(for: ["amounts": "DOUBLE"])
    }
    #expect(sql?.solutions == ["did you mean `amounts`?"])
    let swift = #expect(throws: LearningError.self) {
      try encoder.matrix(of: Table(columns: [Column("amonut", reals: [1])]))
    }
    #expect(swift?.solutions == ["did you mean `amonut`?"])
    #expect(throws: LearningError.self) { try encoder.selectList(for: ["amount": "DATE"]) }
  }
}
