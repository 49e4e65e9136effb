import Charting
import Testing

struct NumbersTests {
  @Test func simplifiesWithinTheTolerance() {
    var numbers = Samples.Numbers(seed: 11)
    var (x, y) = (0.0, 0.0)
    var curve = [Point2D(x: 0, y: 0)]
    for _ in 0..<50_000 {
      if numbers.uniform() < 0.5 - 0.3 * x { y = min(1, y + 4e-5) } else { x = min(1, x + 4e-5) }
      curve.append(Point2D(x: x, y: y))
    }
    let few = simplified(curve, tolerance: 0.001)
    #expect(few.count < 400)
    #expect(few.first == curve.first && few.last == curve.last)
    // Every dropped point lies within the tolerance of the segment that spans it.
    var segment = 0
    for point in curve {
      while segment + 2 < few.count, few[segment + 1].x < point.x || few[segment + 1].y < point.y {
        segment += 1
      }
      let nearby = (max(0, segment - 1)...min(few.count - 2, segment + 1)).map {
        distance(point, few[$0], few[$0 + 1])
      }
      #expect((nearby.min() ?? 1) <= 0.001 + 1e-12)
    }
  }

  private func distance(_ p: Point2D, _ a: Point2D, _ b: Point2D) -> Double {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let t = min(1, max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy)))
    let (ex, ey) = (p.x - a.x - t * dx, p.y - a.y - t * dy)
    return (ex * ex + ey * ey).squareRoot()
  }

  @Test(arguments: [
    ([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5, [0.0, 2, 4, 6, 8, 10], [2.0, 2, 2, 2, 3]),
    ([0.1, 0.2, 0.3], 2, [0.1, 0.2, 0.3], [1.0, 2]),
    ([7.0, 7, 7], 10, [6.5, 7.5], [3.0]),
    ([-3.0, 12], 4, [-5.0, 0, 5, 10, 15], [1.0, 0, 0, 1]),
  ])
  func binsAtRoundNumbers(values: [Double], bins: Int, edges: [Double], counts: [Double]) {
    let histogram = Histogram(of: values + [.nan, .infinity], bins: bins)
    #expect(histogram.edges == edges)
    #expect(histogram.counts == counts)
  }

  @Test func losesNoValueBetweenBins() {
    var numbers = Samples.Numbers(seed: 5)
    for scale in [1e-9, 0.1, 1, 1e6, 1e200] {
      let values = (0..<997).map { _ in numbers.normal() * scale }
      #expect(Histogram(of: values).counts.reduce(0, +) == 997)
    }
  }

  @Test func marksRoundStepsOnTheAxes() throws {
    let chart = Chart.loss(.init(metric: "loss", train: [0.31, 0.2, 0.1]))
    let labels = chart.svg(id: "a").split(separator: "\n").filter {
      $0.contains("w-end") && $0.contains("<text")
    }
    .compactMap { $0.split(separator: ">").dropFirst().first?.split(separator: "<").first }
    #expect(labels == ["0.10", "0.15", "0.20", "0.25", "0.30", "0.35"])
  }
}
