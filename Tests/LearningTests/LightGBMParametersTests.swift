import Learning
import LightGBM
import Testing
import Vocabulary

@Suite struct LightGBMParametersTests {
  @Test func takesAliasesAndKeepsAFixedOrder() throws {
    var parameters = AlgorithmParameters()
    try parameters.set("reg_lambda", to: .double(1))
    try parameters.set("eta", to: .double(0.05))
    try parameters.set("extra_trees", to: .bool(true))
    #expect(
      parameters.all.map { "\($0.name)=\($0.value)" } == [
        "extra_trees=true", "lambda_l2=1", "learning_rate=0.05",
      ])
  }

  @Test(arguments: [
    ("num_leafs", Value.int(3), "LightGBM has no parameter `num_leafs`"),
    ("num_leaves", .double(3.5), "must be a whole number of at least 2 and at most 131072"),
    ("num_leaves", .int(1), "not `1`"),
    ("bagging_fraction", .double(1.5), "a number above 0 and at most 1"),
    ("learning_rate", .text("fast"), "a number above 0, not `fast`"),
    ("learning_rate", .double(.nan), "not `NaN`"),
    ("objective", .text("regression"), "cannot be set here"),
    ("num_iterations", .int(5), "cannot be set here"),
    ("boosting", .text("gbtree"), "one of `gbdt`, `rf`, `dart`"),
  ])
  func refusesWhatLightGBMWouldMisread(_ name: String, _ value: Value, _ words: String) {
    var parameters = AlgorithmParameters()
    let error = #expect(throws: LearningError.self) { try parameters.set(name, to: value) }
    #expect(error?.summary.contains(words) == true, "\(error?.summary ?? "")")
    #expect(error?.kind == .parameter(name))
  }

  @Test func refusesOneParameterUnderTwoNames() throws {
    var parameters = AlgorithmParameters()
    try parameters.set("subsample", to: .double(0.5))
    #expect(throws: LearningError.self) {
      try parameters.set("bagging_fraction", to: .double(0.5))
    }
  }

  // The library itself says which names it knows and which are aliases of which.
  @Test func knowsNoNameThatTheLibraryDoesNot() throws {
    let library = try Library.load(Engines.lightGBM)
    for name in AlgorithmParameters.names {
      #expect(library.parameterNames[name] == AlgorithmParameters.canonicalName(name), "\(name)")
    }
  }
}
