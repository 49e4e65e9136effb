import Learning
import Vocabulary

// Made flats: the rent grows with the area, and districts differ.
var generator = RandomGenerator(seed: 1)
let districts = (0..<800).map { _ in ["north", "harbour", "old town"][generator.index(below: 3)] }
let areas = districts.map { _ in 20 + Double(generator.index(below: 1000)) / 10 }
let floors = districts.map { _ in Int64(generator.index(below: 6)) }
let rents = districts.indices.map { flat in
  200 + 9 * areas[flat] * (districts[flat] == "harbour" ? 1.4 : 1)
    + Double(generator.index(below: 60))
}
let flats = Table(columns: [
  Column("area", reals: areas), Column("floor", integers: floors),
  Column("district", texts: districts), Column("rent", reals: rents),
])

let parts = try Split(test: 0.25, seed: 7).random(RowKeys(count: flats.rowCount))
let train = flats.taking(parts.indices.filter { parts[$0] == .train })
let test = flats.taking(parts.indices.filter { parts[$0] == .test })
let target = try Model.Target("rent", in: train, task: .regression)

// The library as Washi's setup fetches it into a checkout; elsewhere the usual places are searched.
let libraries = LearningLibraries(
  lightGBM: LibrarySearch(folders: ["../../.deps/lib"]),
  liblinear: LibrarySearch(folders: ["../../.deps/lib"]))

for algorithm in [Model.Algorithm.lightgbm, .randomForest, .svm, .mlp] {
  let isOfTrees = algorithm.isOfTrees
  let encoder = FeatureEncoder(
    fitting: train, except: ["rent"], categorical: isOfTrees ? .native : .oneHot)
  let training = Training(
    encoder: encoder, parameters: AlgorithmParameters(of: algorithm),
    monotone: isOfTrees ? ["area": 1] : [:], seed: 7)
  let model = try training.model(
    of: target, train: TrainingRows(of: train, encoder, target), validation: nil, with: libraries)
  let predicted = try model.scores(of: test, with: libraries.lightGBM)
  let actual = test["rent"]?.values.compactMap(\.number) ?? []
  let figures = ValueMetrics(of: PredictedValues(predicted: predicted, actual: actual))
  let format = NumberFormat.significant(4)
  print(
    "\(algorithm.rawValue): RMSE \(format.string(figures[.rmse] ?? .nan)), "
      + "R² \(format.string(figures[.r2] ?? .nan)) on \(test.rowCount) flats")
}
