internal import CEngines
internal import Opening
internal import Synchronization
public import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// liblinear's shared object, opened once per process.
///
/// For example: `let library = try Liblinear.load(LibrarySearch())`.
/// Source: R.-E. Fan and others, "LIBLINEAR: a library for large linear classification" (2008).
public final class Liblinear {
  /// Name, version and file.
  public let description: EngineDescription
  private let functions: LiblinearFunctions

  private init(_ description: EngineDescription, _ functions: LiblinearFunctions) {
    self.description = description
    self.functions = functions
  }

  private static let opened = OpenedLibraries<Liblinear, LinearAlgebraError>()
  /// liblinear draws from C's `rand`, which is one for the whole process.
  private static let training = Mutex<Void>(())

  /// The library that the search finds first; asking again with the same search costs nothing.
  public static func load(_ search: LibrarySearch) throws(LinearAlgebraError) -> Liblinear {
    try opened.library(for: search, open: open)
  }

  private static func open(_ search: LibrarySearch) throws(LinearAlgebraError) -> Liblinear {
    #if canImport(Darwin)
      let names = ["liblinear.dylib", "/opt/homebrew/opt/liblinear/lib/liblinear.dylib"]
    #else
      let names = ["liblinear.so.4", "liblinear.so.5", "liblinear.so.6", "liblinear.so"]
    #endif
    let library = try SharedLibrary(linearAlgebra: "liblinear", search, names: names)
    var functions = LiblinearFunctions()
    let missing = unsafe liblinear_functions_load(&functions, library.handle)
    try unsafe library.checkLinearAlgebra(missing: missing)
    unsafe functions.set_print_string_function { _ in }
    let version =
      functions.version > 0 ? "\(functions.version / 100).\(functions.version % 100)" : "unknown"
    return Liblinear(
      EngineDescription(name: "liblinear", version: version, path: library.path),
      functions)
  }

  /// How a linear model is fitted, with liblinear's own numbers.
  public enum Solver: CInt, Sendable {
    /// Logistic regression, squared penalty.
    case logisticL2 = 0
    /// Support vectors, squared hinge loss, squared penalty, in the primal.
    case squaredHingeL2 = 2
    /// Support vectors, hinge loss, squared penalty, in the dual.
    case hingeL2 = 3
    /// Support vectors, squared hinge loss, absolute penalty.
    case squaredHingeL1 = 5
    /// Logistic regression, absolute penalty.
    case logisticL1 = 6
    /// Regression, squared loss beyond epsilon, squared penalty, in the primal.
    case squaredEpsilonInsensitive = 11
    /// Regression, absolute loss beyond epsilon, squared penalty, in the dual.
    case epsilonInsensitive = 13
  }

  /// What is asked of a fit.
  public struct Settings: Sendable, Hashable {
    /// The loss and the penalty.
    public var solver: Solver
    /// The inverse of the penalty's strength.
    public var cost: Double
    /// When the solver stops, as the library defines it for each solver.
    public var tolerance: Double
    /// The value of the constant feature whose coefficient is the intercept; nil for none. The
    /// intercept is penalised like the others.
    public var bias: Double?
    /// How much a row of the negative and of the positive class counts.
    public var classWeights: (negative: Double, positive: Double)
    /// What the random order of the coordinates depends on.
    public var seed: UInt32
    /// How far off the value of a regression may be for nothing.
    public var epsilon: Double

    /// Settings of a fit.
    public init(
      solver: Solver, cost: Double, tolerance: Double, bias: Double?,
      classWeights: (negative: Double, positive: Double) = (1, 1), seed: UInt32 = 0,
      epsilon: Double = 0
    ) {
      self.solver = solver
      self.cost = cost
      self.tolerance = tolerance
      self.bias = bias
      self.classWeights = classWeights
      self.seed = seed
      self.epsilon = epsilon
    }

    /// Whether all settings are equal.
    public static func == (left: Settings, right: Settings) -> Bool {
      left.solver == right.solver && left.cost == right.cost && left.tolerance == right.tolerance
        && left.bias == right.bias && left.seed == right.seed
        && left.classWeights == right.classWeights
        && left.epsilon == right.epsilon
    }

    /// Feeds the settings to a hasher.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(solver)
      hasher.combine(cost)
      hasher.combine(seed)
    }
  }

  /// A linear function of the features; positive values speak for the positive class.
  public struct Solution: Sendable, Hashable {
    /// One for each feature.
    public var coefficients: [Double]
    /// What is added.
    public var intercept: Double
  }

  /// Fits a linear function to rows without missing values; `labels` are true for the positive class,
  /// and both classes occur.
  public func fit(
    _ matrix: DenseMatrix, _ labels: [Bool], _ settings: Settings
  ) throws(LinearAlgebraError) -> Solution {
    guard matrix.rowCount == labels.count, matrix.rowCount > 0,
      matrix.rowCount <= Int(CInt.max), matrix.columnCount < Int(CInt.max),
      labels.contains(true), labels.contains(false)
    else {
      throw LinearAlgebraError("liblinear needs a label for each row, and both classes")
    }
    return try fit(matrix, labels: labels.map { $0 ? 1 : -1 }, settings, isOfClasses: true)
  }

  /// Fits a linear function to rows without missing values that have these values.
  public func fit(
    _ matrix: DenseMatrix, values: [Double], _ settings: Settings
  ) throws(LinearAlgebraError) -> Solution {
    guard matrix.rowCount == values.count, matrix.rowCount > 0,
      matrix.rowCount <= Int(CInt.max), matrix.columnCount < Int(CInt.max),
      values.allSatisfy(\.isFinite)
    else {
      throw LinearAlgebraError("liblinear needs a finite value for each row")
    }
    return try fit(matrix, labels: values, settings, isOfClasses: false)
  }

  private func fit(
    _ matrix: DenseMatrix, labels: [Double], _ settings: Settings, isOfClasses: Bool
  ) throws(LinearAlgebraError) -> Solution {
    let rows = SparseRows(matrix, bias: settings.bias)
    let outcome = Self.training.withLock { _ in
      srand(settings.seed)
      return solve(rows, labels, settings, isOfClasses)
    }
    return try outcome.get()
  }

  private func solve(
    _ rows: SparseRows, _ labels: [Double], _ settings: Settings, _ isOfClasses: Bool
  ) -> Result<Solution, LinearAlgebraError> {
    var numbers = labels
    var weightLabels: [CInt] = [-1, 1]
    var weights = [settings.classWeights.negative, settings.classWeights.positive]
    return unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe weightLabels.withUnsafeMutableBufferPointer { weightLabels in
        unsafe weights.withUnsafeMutableBufferPointer { weights in
          var problem = unsafe liblinear_problem(
            rows: CInt(numbers.count), features: CInt(rows.featureCount),
            labels: numbers.baseAddress, nodes: rows.starts.baseAddress,
            bias: settings.bias ?? -1)
          var parameter = unsafe liblinear_parameter(
            solver: settings.solver.rawValue, tolerance: settings.tolerance, cost: settings.cost,
            weight_count: isOfClasses ? 2 : 0, weight_labels: weightLabels.baseAddress,
            weights: weights.baseAddress, p: settings.epsilon, zero: 0, none: nil,
            regularizes_bias: 1, recalculates: 0)
          if let words = unsafe functions.check_parameter(&problem, &parameter) {
            return .failure(LinearAlgebraError("liblinear: \(unsafe String(cString: words))"))
          }
          var model = unsafe functions.train(&problem, &parameter)
          defer { unsafe functions.free_and_destroy_model(&model) }
          return .success(unsafe solution(of: model, rows, settings.bias, isOfClasses))
        }
      }
    }
  }

  private func solution(
    of model: UnsafeMutableRawPointer?, _ rows: SparseRows, _ bias: Double?, _ isOfClasses: Bool
  ) -> Solution {
    var labels: [CInt] = [1, -1]
    if isOfClasses { unsafe functions.get_labels(model, &labels) }
    // liblinear's function speaks for the label that it met first.
    let sign = labels.first == 1 ? 1.0 : -1
    let count = rows.featureCount - (bias == nil ? 0 : 1)
    let coefficients = (0..<count).map { index in
      unsafe sign * functions.get_decfun_coef(model, CInt(index + 1), 0)
    }
    let intercept = unsafe bias == nil ? 0 : sign * functions.get_decfun_bias(model, 0)
    return Solution(coefficients: coefficients, intercept: intercept)
  }
}

// The C function pointers are set before the value is shared and never change; training is behind a
// lock.
extension Liblinear: @unchecked Sendable {}

/// Rows in liblinear's form: the numbers that are not 0, each with its place, ended by place -1.
@safe private final class SparseRows {
  let featureCount: Int
  let starts: UnsafeMutableBufferPointer<UnsafeMutablePointer<liblinear_node>?>
  private let nodes: UnsafeMutableBufferPointer<liblinear_node>

  init(_ matrix: DenseMatrix, bias: Double?) {
    featureCount = matrix.columnCount + (bias == nil ? 0 : 1)
    let filled = matrix.values.reduce(into: 0) { $0 += $1 == 0 ? 0 : 1 }
    let size = filled + matrix.rowCount * (bias == nil ? 1 : 2)
    unsafe nodes = .allocate(capacity: size)
    unsafe starts = .allocate(capacity: matrix.rowCount)
    var next = 0
    func add(_ index: Int, _ value: Double) {
      unsafe nodes.initializeElement(
        at: next, to: liblinear_node(index: CInt(index), value: value))
      next += 1
    }
    for row in 0..<matrix.rowCount {
      unsafe starts.initializeElement(at: row, to: nodes.baseAddress.map { unsafe $0 + next })
      for (column, value) in matrix.row(row).enumerated() where value != 0 {
        add(column + 1, value)
      }
      if let bias { add(featureCount, bias) }
      add(-1, 0)
    }
  }

  deinit {
    unsafe nodes.deallocate()
    unsafe starts.deallocate()
  }
}
