internal import Charting
internal import Parsing
public import Planning
internal import Steps

extension Plan {
  /// The plan as a picture of its own: what reads what, from left to right; steps whose results are
  /// cached are hollow.
  ///
  /// Equal plans give equal text. For example: `washi plan monthly.md --svg > plan.svg`.
  public func svg(cached: Set<String> = []) -> String {
    // A catalog entry and a step may share a name; the entry then has its role in the name.
    let taken = Set(steps.map(\.name))
    func name(ofInput input: String) -> String { taken.contains(input) ? "\(input) (file)" : input }
    let files = inputs.map { input in
      PipelineNode(name(ofInput: input.name), detail: input.formatName, isInput: true)
    }
    let nodes = steps.map { step in
      PipelineNode(
        step.name, detail: type(of: step.action.kind).name, isCached: cached.contains(step.name),
        upstream: step.inputs.map(name(ofInput:)) + step.upstream)
    }
    let chart = Chart.pipeline(
      files + nodes, title: seriesName(ofNotebookAt: notebook.path), subtitle: edition,
      words: notebook.frontMatter.language == .japanese ? .japanese : .english)
    return chart.svg(id: "plan")
  }
}
