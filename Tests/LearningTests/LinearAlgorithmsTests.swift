import DuckDB
import Foundation
import Learning
import LinearAlgebra
import Testing
import Vocabulary

/// The expectations are those of scikit-learn 1.9.1 on standardised columns: LogisticRegression
/// (solver="liblinear", intercept_scaling=1, tol=1e-10) and LinearSVC (dual=False, tol=1e-10).
@Suite(.serialized, .enabled(if: Engines.hasLiblinear))
struct LinearAlgorithmsTests {
  static let logistic = [
    -0.08415416341132803, -0.05709564140931915, -0.07465295671559805, -0.07115936656906331,
    0.07910806403004703, 0.6515413471413839, 0.06977507032385469, 0.061010649860165876,
    0.04117708196113518, 0.04028587684171091, 0.04450667320516246, -0.37334742195538334,
    0.1362114843727986, 0.11497464865587002, -0.042772351787883196, 0.07622157184354496,
    0.01295901188608897, -0.16345298218258184, -0.37390263513353966, -0.04861368986396063,
    -0.06751425531409058, -0.050701873496604044, -0.054260930020708975,
  ]
  static let supportVectors = [
    -0.01655054165283868, -0.017847272487923345, -0.024817003544854277, -0.024181134838580084,
    0.02999290654474624, 0.22518911106052603, 0.034050053050694855, 0.02128830453104279,
    0.012314851798029759, 0.016812001052715353, 0.013941635432561916, -0.11533144053317591,
    0.028162821054730613, 0.02154565765503879, -0.007760605924002292, 0.017881411010067523,
    0.005154676813677923, -0.03724800262715029, -0.07170838675329777, -0.013065936726774082,
    -0.014841314627566377, -0.009819175471598617, -0.0107388162404224,
  ]

  @Test(
    .enabled(if: Engines.sharedData("card_default.csv") != nil),
    arguments: [
      (Model.Algorithm.logisticRegression, Self.logistic, -1.46342961, 0.7316869298787562),
      (.svm, Self.supportVectors, -0.56624497, 0.7278336199638151),
    ])
  func findsTheCoefficientsOfScikitLearn(
    _ algorithm: Model.Algorithm, _ expected: [Double], _ intercept: Double, _ auc: Double
  ) throws {
    let card = try CardDefault()
    var parameters = AlgorithmParameters(of: algorithm)
    try parameters.set("tol", to: .double(1e-10))
    let model = try card.model(parameters)
    guard case .linear(let linear) = model.core else {
      Issue.record("no linear model")
      return
    }
    #expect(linear.functions.count == 1)
    let function = linear.functions[0]
    #expect(function.coefficients.count == expected.count)
    for (ours, theirs) in zip(function.coefficients, expected) {
      #expect(abs(ours - theirs) < 1e-6)
    }
    #expect(abs(function.intercept - intercept) < 1e-6)
    let metrics = try card.metrics(of: model)
    #expect(abs((metrics[.auc] ?? .nan) - auc) < 1e-6)
    // Of 4,800 rows 1,062 are positive; probabilities that say so are calibrated.
    #expect((metrics[.logLoss] ?? 1) < 0.47)
    #expect(try Model(files: model.files()) == model)
  }

  @Test(arguments: [("penalty", "l1"), ("penalty", "l2")])
  func drawsTheSameNumbersEachTime(_ name: String, _ value: String) throws {
    let rows = Rows(300)
    var parameters = AlgorithmParameters(of: .svm)
    try parameters.set(name, to: .text(value))
    #expect(try rows.model(parameters) == rows.model(parameters))
    var hinge = AlgorithmParameters(of: .svm)
    try hinge.set("loss", to: .text("hinge"))
    #expect(try rows.model(hinge, seed: 3) == rows.model(hinge, seed: 3))
  }

  @Test func fillsWhatIsMissing() throws {
    let matrix = DenseMatrix(
      columnCount: 3, values: [1, .nan, 7, 3, 2, 7, 5, .infinity, 7, 7, 4, 7])
    let standardizer = Standardizer(fitting: matrix)
    #expect(standardizer.fills == [4, 3, 7])
    #expect(standardizer.indicators == [1])
    let inputs = try standardizer.inputs(of: matrix)
    #expect(inputs.columnCount == 4)
    for column in 0..<4 {
      let values = (0..<4).map { inputs.values[$0 * 4 + column] }
      #expect(abs(values.reduce(0, +)) < 1e-12)
      let squares = values.reduce(0) { $0 + $1 * $1 / 4 }
      #expect(abs(squares - (column == 2 ? 0 : 1)) < 1e-12)
    }
  }

  @Test func weighsTheRareClass() throws {
    let rows = Rows(400)
    let parameters = AlgorithmParameters(of: .logisticRegression)
    let plain = try rows.mean(of: rows.model(parameters))
    let balanced = try rows.mean(of: rows.model(parameters, weights: .balanced))
    #expect(abs(plain - rows.positiveShare) < 0.01)
    #expect(balanced > plain + 0.03)
    let given = try rows.model(parameters, weights: .given(negative: 1, positive: 1))
    #expect(try given == rows.model(parameters))
  }

  @Test func saysWhatIsMissingWithoutItsLibrary() throws {
    let rows = Rows(50)
    let error = #expect(throws: LearningError.self) {
      try rows.model(
        AlgorithmParameters(of: .svm),
        with: LearningLibraries(liblinear: LibrarySearch(explicit: "/nowhere/liblinear.so")))
    }
    #expect(error?.kind == .library)
    #expect(error?.summary.hasPrefix("liblinear was not found") == true)
    #expect(error?.solutions.first?.contains("washi doctor") == true)
  }

  @Test func learnsFromASingleRowOfAClass() throws {
    var rows = Rows(50)
    rows.labels = rows.labels.indices.map { $0 == 7 }
    let model = try rows.model(AlgorithmParameters(of: .svm))
    #expect(try rows.mean(of: model).isFinite)
  }
}

/// Rows that are made up: two numbers, one of them missing at times, and a text.
struct Rows {
  let count: Int
  var labels: [Bool]

  init(_ count: Int) {
    self.count = count
    labels = (0..<count).map { (row: Int) -> Bool in
      let first = row * 7919 % 1000
      let second = row * 104_729 % 97
      return first + 3 * second > 900
    }
  }

  var positiveShare: Double {
    let positives = labels.filter { $0 }.count
    return Double(positives) / Double(count)
  }

  var table: Table {
    var first: [Double?] = []
    var second: [Double?] = []
    var third: [String?] = []
    var numbers: [Int64?] = []
    for row in 0..<count {
      first.append(Double(row * 7919 % 1000))
      second.append(row % 11 == 0 ? nil : Double(row * 104_729 % 97))
      third.append(row % 3 == 0 ? "x" : "y")
      numbers.append(labels[row] ? 1 : 0)
    }
    return Table(columns: [
      Column("a", reals: first), Column("b", reals: second), Column("c", texts: third),
      Column("label", integers: numbers),
    ])
  }

  static let encoder = FeatureEncoder(
    columns: [
      FeatureColumn(name: "a", type: "DOUBLE", kind: .number),
      FeatureColumn(name: "b", type: "DOUBLE", kind: .number),
      FeatureColumn(name: "c", type: "VARCHAR", kind: .category, levels: ["x", "y"]),
    ], categorical: .oneHot)

  private func source() throws -> TrainingRows {
    let connection = try Engines.connection()
    try connection.createTable("rows", from: table)
    let types = ["a": "DOUBLE", "b": "DOUBLE", "c": "VARCHAR"]
    return TrainingRows(
      features: try connection.stream("SELECT \(Self.encoder.selectList(for: types)) FROM rows"),
      labels: try connection.floats("SELECT label FROM rows"))
  }

  func model(
    _ parameters: AlgorithmParameters, layers: [NetworkLayer] = NetworkLayer.standard,
    weights: ClassWeights = .none, rounds: Int? = nil, earlyStopping: Int? = nil, seed: Int = 0,
    threads: Int = 1, with libraries: LearningLibraries = Engines.libraries
  ) throws -> Model {
    try Training(
      encoder: Self.encoder, parameters: parameters, layers: layers, classWeights: weights,
      rounds: rounds, earlyStopping: earlyStopping, seed: seed, threads: threads
    ).model(
      of: Model.Target(column: "label", type: "BIGINT", negative: "0", positive: "1"),
      train: source(), validation: earlyStopping == nil ? nil : source(), with: libraries)
  }

  func mean(of model: Model) throws -> Double {
    let scores = try model.scores(of: table, with: Engines.lightGBM)
    return scores.reduce(0, +) / Double(max(1, scores.count))
  }
}
