internal import LightGBM

/// What the machines that train together tell each other after a round, so that all know the same
/// figures and stop after the same round.
///
/// Losses are sums, which are added up; an AUC needs all scores in one place, which is the first
/// machine.
struct RoundTeam {
  private let collective: any Collective
  /// How many validation rows each machine has.
  private let counts: [Int]
  /// The labels of all validation rows; nil without any, and on all machines but the first.
  let labels: [Float]?

  init(_ collective: any Collective, _ labels: [Float]?) throws(LightGBMError) {
    self.collective = collective
    guard let labels else {
      counts = Array(repeating: 0, count: collective.count)
      self.labels = nil
      return
    }
    var own = Array(repeating: 0.0, count: collective.count)
    own[collective.rank] = Double(labels.count)
    let counts = try collective.sums(of: own).map { Int($0) }
    self.counts = counts
    self.labels = try collective.collected(labels.map(Double.init), counts: counts)?
      .map(Float.init)
  }

  /// The sums over all machines.
  func sums(of numbers: [Double]) throws(LightGBMError) -> [Double] {
    try collective.sums(of: numbers)
  }

  /// What the first machine makes of all scores; nil when nothing can be made of them.
  func ranked(
    _ scores: [Double], _ figure: ([Double]) -> Double?
  ) throws(LightGBMError) -> Double? {
    let all = try collective.collected(scores, counts: counts)
    let made = try collective.shared([all.flatMap(figure) ?? .nan], count: 1)[0]
    return made.isNaN ? nil : made
  }
}
