/// A point of the plane.
public struct Point2D: Sendable, Hashable, Codable {
  /// The horizontal coordinate.
  public var x: Double
  /// The vertical coordinate.
  public var y: Double

  /// The point at these coordinates.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// The fewest of these points that keep the line through all of them within `tolerance`, by
/// Ramer, Douglas and Peucker (1972, 1973). First and last stay.
///
/// For example: a ROC curve of 100,000 points keeps a few hundred at `tolerance: 0.0005`.
public func simplified(_ points: [Point2D], tolerance: Double) -> [Point2D] {
  guard points.count > 2, tolerance > 0 else { return points }
  var isKept = Array(repeating: false, count: points.count)
  isKept[0] = true
  isKept[points.count - 1] = true
  var pending = [(first: 0, last: points.count - 1)]
  while let (first, last) = pending.popLast() {
    var farthest = (index: 0, distance: tolerance * tolerance)
    for index in (first + 1)..<max(first + 1, last) {
      let distance = squaredDistance(points[index], from: points[first], to: points[last])
      if distance > farthest.distance { farthest = (index, distance) }
    }
    guard farthest.index > 0 else { continue }
    isKept[farthest.index] = true
    pending.append((first, farthest.index))
    pending.append((farthest.index, last))
  }
  return zip(points, isKept).compactMap { $1 ? $0 : nil }
}

private func squaredDistance(_ point: Point2D, from start: Point2D, to end: Point2D) -> Double {
  let (dx, dy) = (end.x - start.x, end.y - start.y)
  let length = dx * dx + dy * dy
  let along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / length
  let t = length > 0 ? min(1, max(0, along)) : 0
  let (ex, ey) = (point.x - start.x - t * dx, point.y - start.y - t * dy)
  return ex * ex + ey * ey
}
