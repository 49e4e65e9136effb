import Vocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The axes of parallel coordinates: every one runs from 0 at its lower end to 1 at its upper end.
struct ParallelAxes {
  private var heights: [[Double]] = []
  private var ends: [(low: String, high: String)] = []

  /// One axis for each parameter of the trials, and one for their values.
  init(_ history: SearchHistory, _ trials: [SearchHistory.Trial], values: [Double]) {
    for (index, parameter) in history.parameters.enumerated() {
      if parameter.categories.isEmpty {
        add(trials.map { $0.point[index] }, isLogarithmic: parameter.isLogarithmic)
      } else {
        let last = Double(max(1, parameter.categories.count - 1))
        heights.append(trials.map { Self.height(of: $0.point[index] / last) })
        ends.append((parameter.categories.first ?? "", parameter.categories.last ?? ""))
      }
    }
    add(values, isLogarithmic: false)
  }

  /// How high the value of a trial lies on an axis.
  func height(_ axis: Int, _ trial: Int) -> Double { heights[axis][trial] }

  /// The words at the ends of an axis.
  func labels(_ axis: Int) -> [(place: Double, text: String)] {
    let (low, high) = ends[axis]
    return low == high ? [(0.5, low)] : [(0, low), (1, high)]
  }

  /// The share of the axis; a parameter that means nothing in a trial lies at its foot.
  private static func height(of share: Double) -> Double {
    share.isFinite ? min(max(share, 0), 1) : 0
  }

  private mutating func add(_ numbers: [Double], isLogarithmic: Bool) {
    let known = numbers.filter(\.isFinite)
    let isLogarithmic = isLogarithmic && known.allSatisfy { $0 > 0 }
    func place(_ number: Double) -> Double { isLogarithmic ? log10(number) : number }
    let (low, high) = (place(known.min() ?? 1), place(known.max() ?? 1))
    heights.append(
      numbers.map { number in
        guard number.isFinite else { return 0 }
        return high > low ? (place(number) - low) / (high - low) : 0.5
      })
    let format = NumberFormat.significant(3)
    ends.append(
      (
        typographic(format.string(known.min() ?? 0)),
        typographic(format.string(known.max() ?? 0))
      ))
  }
}
