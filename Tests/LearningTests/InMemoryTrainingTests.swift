import Learning
import LinearAlgebra
import Testing
import Vocabulary

/// The library as other packages use it: tables in memory, no engine of rows.
@Suite(.serialized) struct InMemoryTrainingTests {
  static let table: Table = {
    var generator = RandomGenerator(seed: 3)
    let area = (0..<400).map { _ in Double(generator.index(below: 1000)) / 10 }
    let district = area.map { _ in ["north", "harbour", nil][generator.index(below: 3)] }
    let rent = area.indices.map { area[$0] * (district[$0] == "harbour" ? 14 : 9) + 200 }
    return Table(columns: [
      Column("area", reals: area.map { $0 < 2 ? nil : $0 }), Column("district", texts: district),
      Column("rent", reals: rent.map { $0 > 1500 ? nil : $0 }),
      Column("dear", integers: rent.map { $0 > 700 ? 1 : 0 }),
      Column("copies", integers: rent.indices.map { Int64($0 % 3) }),
    ])
  }()

  @Test(arguments: [Model.Algorithm.lightgbm, .randomForest, .mlp])
  func learnsFromATableInMemory(_ algorithm: Model.Algorithm) throws {
    let table = Self.table
    let target = try Model.Target("rent", in: table, task: .regression)
    let encoder = FeatureEncoder(
      fitting: table, except: ["rent", "dear", "copies"],
      categorical: algorithm.isOfTrees ? .native : .oneHot)
    #expect(encoder.columns.map(\.name) == ["area", "district"])
    #expect(encoder.columns[1].levels == ["harbour", "north"])
    let rows = try TrainingRows(of: table, encoder, target, weight: "copies")
    let known = table["rent"]?.values.count { !$0.isNull }
    #expect(rows.labels.count == known)
    #expect(rows.weights?.max() == 2)
    var parameters = AlgorithmParameters(of: algorithm)
    if algorithm == .mlp { try parameters.set("batch_size", to: .int(16)) }
    let training = Training(
      encoder: encoder, parameters: parameters,
      layers: [NetworkLayer(units: 16)], rounds: 60)
    let model = try training.model(
      of: target, train: rows, validation: nil, with: Engines.libraries)
    let scores = try model.scores(of: table, with: Engines.lightGBM)
    var (predicted, actual): ([Double], [Double]) = ([], [])
    for (score, value) in zip(scores, table["rent"]?.values ?? []) {
      guard let number = value.number else { continue }
      predicted.append(score)
      actual.append(number)
    }
    let r2 = ValueMetrics(of: PredictedValues(predicted: predicted, actual: actual))[.r2]
    #expect(try #require(r2) > 0.85)
  }

  @Test func readsTargetsOfATable() throws {
    let dear = try Model.Target("dear", in: Self.table, task: .binary)
    #expect(dear.classes == ["0", "1"] && dear.label(of: .int(1)) == 1)
    #expect(dear.label(of: .null) == nil)
    let copies = try Model.Target("copies", in: Self.table, task: .multiclass)
    #expect(copies.classes == ["0", "1", "2"] && copies.outputCount == 3)
    for (name, task, words) in [
      ("rnt", Model.Task.regression, "the rows have no column `rnt`"),
      ("district", .regression, "`district` holds VARCHAR, which is no number"),
      ("copies", .binary, "`copies` holds 3 different values, which are no binary target"),
    ] {
      let error = #expect(throws: LearningError.self) {
        try Model.Target(name, in: Self.table, task: task)
      }
      #expect(error?.summary == words)
    }
  }

  /// What goes through the stream comes out of it.
  @Test func lendsAMatrixAsAStream() throws {
    let matrix = DenseMatrix(columnCount: 3, values: (0..<12).map { $0 == 5 ? .nan : Double($0) })
    let stream = matrix.stream(named: ["a", "b", "c"])
    #expect(stream.fields.map(\.name) == ["a", "b", "c"])
    let read = try DenseMatrix(reading: stream)
    #expect(read.rowCount == 4 && read.columnCount == 3)
    for (ours, theirs) in zip(read.values, matrix.values) {
      #expect(ours == theirs || (ours.isNaN && theirs.isNaN))
    }
    let empty = try DenseMatrix(
      reading: DenseMatrix(columnCount: 2, values: []).stream(named: ["a", "b"]))
    #expect(empty.rowCount == 0)
    _ = matrix.stream(named: ["never", "read", "at all"])
  }
}
