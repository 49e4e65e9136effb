/// Finds places for the boxes of a graph without cycles: layers from left to right, as few crossings
/// as a few sweeps find, arrows around the boxes between (after Sugiyama, Tagawa and Toda, 1981).
struct GraphLayout {
  /// The boxes' sizes.
  let sizes: [(width: Double, height: Double)]
  /// By box: those that its arrows come from.
  let upstream: [[Int]]

  /// The left upper corners of the boxes.
  private(set) var places: [Point2D] = []
  /// The ways of the arrows, by box and then as in `upstream`.
  private(set) var ways: [[[Point2D]]] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  private let gap = (x: 56.0, y: 14.0)
  /// The boxes, then the bends of arrows that pass layers; a bend has one place.
  private var nodes: [Node] = []
  private var layers: [[Int]] = []

  private struct Node {
    var layer: Int
    var height: Double
    var y = 0.0
    var before: [Int] = []
    var after: [Int] = []
  }

  /// A layout; arrows from a box to itself or to an earlier one are left out.
  init(sizes: [(width: Double, height: Double)], upstream: [[Int]]) {
    self.sizes = sizes
    self.upstream = upstream.enumerated().map { index, all in all.filter { $0 < index && $0 >= 0 } }
    guard !sizes.isEmpty else { return }
    var layer = Array(repeating: 0, count: sizes.count)
    for index in sizes.indices {
      layer[index] = (self.upstream[index].map { layer[$0] + 1 }.max() ?? 0)
    }
    // What nobody makes stands right before its first reader.
    for index in sizes.indices where self.upstream[index].isEmpty {
      let readers = sizes.indices.filter { self.upstream[$0].contains(index) }
      if let first = readers.map({ layer[$0] }).min() { layer[index] = max(0, first - 1) }
    }
    nodes = sizes.indices.map { Node(layer: layer[$0], height: sizes[$0].height) }
    let bends = addBends()
    layers = (0...(layer.max() ?? 0)).map { number in
      nodes.indices.filter { nodes[$0].layer == number }
    }
    for sweep in 0..<8 { order(forwards: sweep.isMultiple(of: 2)) }
    settle()
    place(bends)
  }

  /// The bends of every arrow.
  private mutating func addBends() -> [[[Int]]] {
    sizes.indices.map { index in
      upstream[index].map { source in
        var chain: [Int] = []
        var last = source
        for layer in (nodes[source].layer + 1)..<max(nodes[source].layer + 1, nodes[index].layer) {
          nodes.append(Node(layer: layer, height: 4, before: [last]))
          nodes[last].after.append(nodes.count - 1)
          last = nodes.count - 1
          chain.append(last)
        }
        nodes[last].after.append(index)
        nodes[index].before.append(last)
        return chain
      }
    }
  }

  /// Orders each layer by the mean place of its neighbours in the layer that was ordered before.
  private mutating func order(forwards: Bool) {
    let numbers =
      forwards ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed()
    for number in numbers {
      let other = layers[forwards ? number - 1 : number + 1]
      let rank = Dictionary(other.enumerated().map { ($0.element, Double($0.offset)) }) { one, _ in
        one
      }
      let keys = layers[number].enumerated().map { offset, node -> (Double, Int, Int) in
        let ranks = (forwards ? nodes[node].before : nodes[node].after).compactMap { rank[$0] }
        let scale = Double(max(1, other.count)) / Double(max(1, layers[number].count))
        let own = Double(offset) * scale
        return (ranks.isEmpty ? own : ranks.reduce(0, +) / Double(ranks.count), offset, node)
      }
      layers[number] = keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }
  }

  /// Gives every node a height: near its neighbours, apart from those above and below.
  private mutating func settle() {
    for layer in layers {
      var y = 0.0
      for node in layer {
        nodes[node].y = y + nodes[node].height / 2
        y += nodes[node].height + gap.y
      }
    }
    for sweep in 0..<12 {
      let forwards = sweep.isMultiple(of: 2)
      for layer in forwards ? layers : layers.reversed() {
        let wanted = layer.map { node -> Double in
          let others = forwards ? nodes[node].before : nodes[node].after
          return others.isEmpty
            ? nodes[node].y : others.map { nodes[$0].y }.reduce(0, +) / Double(others.count)
        }
        spread(layer, wanted)
      }
    }
    let top = nodes.map { $0.y - $0.height / 2 }.min() ?? 0
    for index in nodes.indices { nodes[index].y -= top }
    height = nodes.map { $0.y + $0.height / 2 }.max() ?? 0
  }

  /// Puts a layer as near to the wanted places as its order and the gaps allow: neighbours that
  /// would touch become a block around the mean of their wishes.
  private mutating func spread(_ layer: [Int], _ wanted: [Double]) {
    var blocks: [(first: Int, count: Int, start: Double)] = []
    var offsets = Array(repeating: 0.0, count: layer.count)
    for index in layer.indices {
      var block = (first: index, count: 1, start: wanted[index])
      while let last = blocks.last {
        let end = last.first + last.count - 1
        let room =
          nodes[layer[end]].height / 2 + gap.y + nodes[layer[block.first]].height / 2
        guard last.start + offsets[end] + room > block.start else { break }
        blocks.removeLast()
        let shift = offsets[end] + room
        for inner in block.first..<(block.first + block.count) { offsets[inner] += shift }
        block = (first: last.first, count: last.count + block.count, start: 0)
        let range = block.first..<(block.first + block.count)
        block.start =
          range.map { wanted[$0] - offsets[$0] }.reduce(0, +) / Double(block.count)
      }
      blocks.append(block)
    }
    for block in blocks {
      for index in block.first..<(block.first + block.count) {
        nodes[layer[index]].y = block.start + offsets[index]
      }
    }
  }

  private mutating func place(_ bends: [[[Int]]]) {
    var left = 0.0
    var columns: [(left: Double, width: Double)] = []
    for layer in layers {
      let widest = layer.filter { $0 < sizes.count }.map { sizes[$0].width }.max() ?? 0
      columns.append((left, widest))
      left += widest + gap.x
    }
    width = max(0, left - gap.x)
    places = sizes.indices.map { index in
      let column = columns[nodes[index].layer]
      return Point2D(
        x: column.left + (column.width - sizes[index].width) / 2,
        y: nodes[index].y - sizes[index].height / 2)
    }
    ways = sizes.indices.map { index in
      zip(upstream[index], bends[index]).map { source, chain in
        let start = Point2D(x: places[source].x + sizes[source].width, y: nodes[source].y)
        let end = Point2D(x: places[index].x, y: nodes[index].y)
        // Through a layer an arrow runs level, from edge to edge.
        return [start]
          + chain.flatMap { bend in
            let column = columns[nodes[bend].layer]
            return [
              Point2D(x: column.left, y: nodes[bend].y),
              Point2D(x: column.left + column.width, y: nodes[bend].y),
            ]
          } + [end]
      }
    }
  }
}
