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

/// Says how near a model comes to the rents of flats that it has not seen.
func judge(_ model: Model, _ name: String) throws {
  let predicted = try model.scores(of: test, with: libraries.lightGBM)
  let actual = test["rent"]?.values.compactMap(\.number) ?? []
  let figures = ValueMetrics(of: PredictedValues(predicted: predicted, actual: actual))
  let format = NumberFormat.significant(4)
  print(
    "\(name): RMSE \(format.string(figures[.rmse] ?? .nan)), "
      + "R² \(format.string(figures[.r2] ?? .nan)) on \(test.rowCount) flats")
}

for algorithm in [Model.Algorithm.lightgbm, .randomForest, .svm, .mlp] {
  let isOfTrees = algorithm.isOfTrees
  let encoder = FeatureEncoder(
    fitting: train, except: ["rent"], categorical: isOfTrees ? .native : .oneHot)
  let training = Training(
    encoder: encoder, parameters: AlgorithmParameters(of: algorithm),
    monotone: isOfTrees ? ["area": 1] : [:], seed: 7)
  let model = try training.model(
    of: target, train: TrainingRows(of: train, encoder, target), validation: nil, with: libraries)
  try judge(model, algorithm.rawValue)
}

// A search: ten trials over two parameters, judged by flats that no trial has learned from.
let encoder = FeatureEncoder(fitting: train, except: ["rent"])
let halves = try Split(test: 0, validation: 0.3, seed: 7).random(RowKeys(count: train.rowCount))
let seen = train.taking(halves.indices.filter { halves[$0] == .train })
let unseen = train.taking(halves.indices.filter { halves[$0] == .validation })
let space = ParameterSpace([
  .init("num_leaves", .whole(4...31, isLogarithmic: true)),
  .init("lambda_l2", .real(1e-6...10, isLogarithmic: true)),
])
let search = LightGBMTuning(
  Training(
    encoder: encoder, parameters: AlgorithmParameters(of: .lightgbm), rounds: 200,
    earlyStopping: 20, seed: 7),
  space: space, study: Study(space.space, trials: 10, seed: 7), metric: .regression(.rmse))
let found = try search.result(
  of: target,
  rows: { () throws(LearningError) in
    (
      train: try TrainingRows(of: seen, encoder, target),
      validation: try TrainingRows(of: unseen, encoder, target)
    )
  }, with: libraries.lightGBM)
try judge(found.model, "tuned")
