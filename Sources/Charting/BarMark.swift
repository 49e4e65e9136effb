/// Lengths from a base line: bars over categories, or the bins of a histogram.
///
/// For example:
/// `BarMark("Loans", bars: [.init(.band("Card", lane: 0, of: 1), to: 5310, ink: .series(0))])`.
public struct BarMark: Sendable, Hashable, Codable {
  /// Where a bar stands.
  public enum Slot: Sendable, Hashable, Codable {
    /// In the band of a category, in the n-th of so many lanes.
    case band(String, lane: Int, of: Int)
    /// From one number to another.
    case span(Double, Double)
  }

  /// One bar.
  public struct Bar: Sendable, Hashable, Codable {
    /// Where it stands.
    public var slot: Slot
    /// Where it begins; zero unless bars are stacked.
    public var from: Double
    /// Where it ends.
    public var to: Double
    /// Its colour.
    public var ink: Ink
    /// What the pointer tells.
    public var tip: String
    /// Written at the end of the bar where there is room.
    public var label: String?
    /// The lower end of an interval around the end of the bar.
    public var low: Double?
    /// The upper end of the interval.
    public var high: Double?

    /// A bar from zero, or from where another one ends.
    public init(
      _ slot: Slot, from: Double = 0, to: Double, ink: Ink, tip: String = "",
      label: String? = nil, low: Double? = nil, high: Double? = nil
    ) {
      self.init(
        slot: slot, from: from, to: to, ink: ink, tip: tip, label: label, low: low, high: high)
    }

    init(
      slot: Slot, from: Double, to: Double, ink: Ink, tip: String, label: String? = nil,
      low: Double? = nil, high: Double? = nil
    ) {
      self.slot = slot
      self.from = from
      self.to = to
      self.ink = ink
      self.tip = tip
      self.label = label
      self.low = low
      self.high = high
    }
  }

  /// The bars.
  public var bars: [Bar]
  /// Whether the bars lie.
  public var isHorizontal = false
  /// What the bars are, for readers of the source.
  public var label: String
  /// How far a lying bar's label stands from its end, in pixels: more where a symbol marks that end.
  var labelGap = 4.0

  var lengths: [Double] { bars.flatMap { [$0.from, $0.to, $0.low, $0.high].compactMap(\.self) } }

  var spans: [Double] {
    bars.flatMap { bar -> [Double] in
      if case .span(let low, let high) = bar.slot { [low, high] } else { [] }
    }
  }

  func draw(in frame: Frame) -> [XMLElement] {
    let (along, across) = isHorizontal ? (frame.x, frame.y) : (frame.y, frame.x)
    var inks: [Ink] = []
    var byInk: [Ink: [XMLElement]] = [:]
    var whiskers = PathData()
    var labels: [XMLElement] = []
    for bar in bars {
      guard let (start, thickness) = extent(of: bar.slot, on: across) else { continue }
      let (base, tip) = (along(bar.from), along(bar.to))
      guard base.isFinite, tip.isFinite else { continue }
      let (low, length) = (min(base, tip), abs(tip - base))
      let rectangle = XMLElement(
        "rect",
        [
          "class": "fill",
          "x": coordinate(isHorizontal ? low : start), "y": coordinate(isHorizontal ? start : low),
          "width": coordinate(isHorizontal ? length : thickness),
          "height": coordinate(isHorizontal ? thickness : length),
        ], bars.count <= 400 ? [XMLElement("title", text: bar.tip)] : [])
      if byInk[bar.ink] == nil { inks.append(bar.ink) }
      byInk[bar.ink, default: []].append(rectangle)
      let middle = start + thickness / 2
      if let low = bar.low, let high = bar.high, low.isFinite, high.isFinite {
        addWhisker(from: along(low), to: along(high), at: middle, to: &whiskers)
      }
      if let text = bar.label, thickness >= 10 {
        let outer = bar.high.map { along($0) } ?? tip
        if isHorizontal {
          let isLeft = bar.to < bar.from
          labels.append(
            Charting.label(
              text, x: outer + (isLeft ? -labelGap : labelGap), y: middle + 4,
              class: isLeft ? "end halo" : "start halo"))
        } else if TextWidth.of(text, size: 11) <= max(thickness, abs(across.step)) {
          let y = bar.to < bar.from ? outer + 13 : outer - 4
          labels.append(Charting.label(text, x: middle, y: y, class: "middle halo"))
        }
      }
    }
    var drawn = inks.map { group($0.className, byInk[$0] ?? []) }
    if !whiskers.text.isEmpty {
      drawn.append(XMLElement("path", ["class": "rule", "d": whiskers.text]))
    }
    drawn += labels
    return drawn.isEmpty ? [] : [group("bars", label: label, drawn)]
  }

  private func extent(of slot: Slot, on scale: Scale) -> (start: Double, thickness: Double)? {
    switch slot {
    case .band(let name, let lane, let lanes):
      guard let middle = scale(.category(name)) else { return nil }
      let band = min(abs(scale.step) * (lanes > 1 ? 0.84 : 0.76), 72 * Double(lanes))
      let thickness = band / Double(max(1, lanes))
      return (
        middle - band / 2 + thickness * Double(lane), max(0.5, thickness - (lanes > 1 ? 1 : 0))
      )
    case .span(let low, let high):
      let (first, last) = (scale(low), scale(high))
      guard first.isFinite, last.isFinite else { return nil }
      let gap = abs(last - first) > 4 ? 1.0 : 0
      return (min(first, last) + gap / 2, max(0.25, abs(last - first) - gap))
    }
  }

  private func addWhisker(
    from low: Double, to high: Double, at middle: Double, to path: inout PathData
  ) {
    guard low.isFinite, high.isFinite else { return }
    for (a, b, c, d) in [(low, 0.0, high, 0.0), (low, -3, low, 3), (high, -3, high, 3)] {
      if isHorizontal {
        path.move(a, middle + b)
        path.line(c, middle + d)
      } else {
        path.move(middle + b, a)
        path.line(middle + d, c)
      }
    }
  }
}

extension BarMark {
  /// Bars that stand, or lie.
  public init(_ label: String, bars: [Bar], isHorizontal: Bool = false) {
    self.init(bars: bars, isHorizontal: isHorizontal, label: label, labelGap: 4)
  }
}
