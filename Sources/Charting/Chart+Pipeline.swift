internal import Vocabulary

/// A step or an input of a pipeline.
public struct PipelineNode: Sendable, Hashable {
  /// What it is called; unique.
  public var name: String
  /// What it is, such as the kind of a step.
  public var detail: String
  /// Whether it comes from outside.
  public var isInput: Bool
  /// Whether its result is there already: it is drawn hollow.
  public var isCached: Bool
  /// The names of those that it reads, which stand before it.
  public var upstream: [String]

  /// A step or an input.
  public init(
    _ name: String, detail: String = "", isInput: Bool = false, isCached: Bool = false,
    upstream: [String] = []
  ) {
    self.name = name
    self.detail = detail
    self.isInput = isInput
    self.isCached = isCached
    self.upstream = upstream
  }
}

extension Chart {
  /// A plan as a graph from left to right: inputs with round ends, steps, and what reads what.
  ///
  /// Steps whose results are cached are hollow. For example:
  /// `Chart.pipeline([.init("loans", isInput: true), .init("model", upstream: ["loans"])])`.
  public static func pipeline(
    _ nodes: [PipelineNode], title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let index = Dictionary(nodes.enumerated().map { ($0.element.name, $0.offset) }) { one, _ in one
    }
    let sizes = nodes.map { node in
      let text = max(
        TextWidth.of(node.name, isBold: true), TextWidth.of(node.detail))
      return (width: min(max(text + 24, 84), 220), height: node.detail.isEmpty ? 28.0 : 42.0)
    }
    let layout = GraphLayout(
      sizes: sizes, upstream: nodes.map { node in node.upstream.compactMap { index[$0] } })
    let boxes = nodes.indices.map { place in
      let node = nodes[place]
      return GraphMark.Box(
        x: layout.places[place].x, y: layout.places[place].y, width: sizes[place].width,
        height: sizes[place].height, name: node.name, detail: node.detail,
        ink: node.isInput ? .reference : .series(0), isRound: node.isInput,
        isHollow: node.isCached,
        tip: [node.name, node.detail].filter { !$0.isEmpty }.joined(separator: ", "))
    }
    var axis = Axis(isNice: false, hasGrid: false, isHidden: true)
    axis.hasLine = false
    (axis.lower, axis.upper) = (0, 1)
    let mark = GraphMark(
      boxes: boxes, arrows: layout.ways.joined().map { GraphMark.Arrow(points: $0) })
    // The frame's own margins stand beside the graph.
    var chart = Chart(
      panels: [Panel(x: axis, y: axis, marks: [.graph(mark)])], title: title, subtitle: subtitle,
      width: max(240, layout.width + 44), plotHeight: max(28, layout.height + 4), words: words)
    if nodes.contains(where: \.isCached) { chart.note = words.cachedIsHollow }
    let steps = nodes.filter { !$0.isInput }
    chart.summary = words.pipeline(
      steps: steps.count, inputs: nodes.count - steps.count,
      order: steps.map(\.name).joined(separator: ", "))
    let edges = nodes.flatMap { node in node.upstream.map { ($0, node.name) } }
    chart.data = Table(columns: [
      Column("from", texts: edges.map(\.0)), Column("to", texts: edges.map(\.1)),
    ])
    chart.kind = .pipeline
    return chart
  }
}

extension Chart.Words {
  var cachedIsHollow: String {
    choose("Hollow: the result is there already.", "白抜き：結果がすでにあるステップ。")
  }

  func pipeline(steps: Int, inputs: Int, order: String) -> String {
    choose(
      "\(steps) \(steps == 1 ? "step" : "steps") from \(inputs) \(inputs == 1 ? "input" : "inputs")"
        + (order.isEmpty ? "." : ": \(order)."),
      "入力\(inputs)件、ステップ\(steps)件" + (order.isEmpty ? "。" : "：\(order)。"))
  }
}
