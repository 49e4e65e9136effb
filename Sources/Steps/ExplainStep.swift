internal import Learning
public import Parsing
public import Vocabulary

/// What a model's scores rest on: importance of its columns, SHAP values of rows, one row taken apart.
///
/// For example: `uses: explain`, `model: model`, `on: test`, `charts: [importance, shap]`.
public struct ExplainStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "explain"
  /// One sentence for the documentation.
  public static let summary =
    "Explains a model: importance, SHAP values over rows, dependence, one row's waterfall."

  /// The model.
  public var model: NamedPlace
  /// The rows it is explained on.
  public var rows: EvaluateStep.Rows
  /// Where the part is written, when it is.
  public var partRange: SourceRange?
  /// The charts shown, in order.
  public var charts: [Picture]
  /// Whether the author named them.
  var namesCharts: Bool
  /// How many columns the charts show.
  public var features: Int
  /// The most rows that are looked at.
  public var rowLimit: Int
  /// The id of the row that `waterfall` takes apart.
  public var row: NamedPlace?
  /// The column that holds it; the model's `id` column when nil.
  public var id: NamedPlace?
  /// The class whose scores are explained, when the model tells several apart.
  public var classOf: NamedPlace?
  /// How often each column is shuffled for its permutation importance.
  public var repeats: Int
  /// What the sample and the shuffling depend on.
  public var seed: Int

  /// A chart, by the name that notebooks use.
  public enum Picture: String, Sendable, Hashable, CaseIterable {
    /// What the splits on each column gained in training.
    case importance
    /// SHAP values of rows, one dot each.
    case shap
    /// The mean absolute SHAP value of each column.
    case meanShap = "mean_shap"
    /// SHAP value over the column's value.
    case dependence
    /// How one row got its score.
    case waterfall
    /// The drop of the AUC, or of R² for numbers, when a column is shuffled.
    case permutation
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.requiredPlace("model")
    row = options.place("row")
    id = options.place("id")
    classOf = options.place("class")
    let given = options.choices("charts", as: Picture.self)
    namesCharts = given != nil
    charts = given ?? [.importance, .shap, .dependence] + (row == nil ? [] : [.waterfall])
    features = options.int("features", in: 1...100) ?? 10
    rowLimit = options.int("rows", in: 1...1_000_000) ?? 2000
    repeats = options.int("repeats", in: 1...1000) ?? 5
    seed = options.int("seed") ?? 0
    let table = options.place("table")
    let part = options.choice("on", as: Part.self)
    partRange = options.has("on") ? options.range(of: "on") : nil
    rows = table.map(EvaluateStep.Rows.table) ?? .part(part ?? .test)
    if table != nil, options.has("on") {
      options.reject("on", "does nothing beside `table`")
    }
    let hasRow = options.has("row")
    if charts.contains(.waterfall), !hasRow {
      options.report(
        .error(
          "missing-option", "the chart `waterfall` needs the option `row`",
          at: options.range(of: "charts"),
          solutions: ["add `row:` with the id of the row to take apart"]))
    }
    if hasRow, given != nil, !charts.contains(.waterfall) {
      options.reject("row", "does nothing without `waterfall` among the charts")
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    var references = [Reference(model.name, .model, at: model.range)]
    if case .table(let table) = rows {
      references.append(Reference(table.name, .table, at: table.range))
    }
    return references
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    guard let trained = workspace.models[model.name] else { return [] }
    var findings: [Diagnostic] = []
    if let classOf, let task = trained.task, task != .multiclass {
      findings.append(Self.needlessClass(classOf, task))
    }
    switch rows {
    case .part(let part):
      if !trained.parts.contains(part) { findings.append(noRows) }
      if let id, trained.id != id.name,
        !trained.encoder.columns.contains(where: { $0.name == id.name })
      {
        findings.append(unknownID(id, trained))
      }
    case .table(let table):
      guard let types = try? workspace.types(of: table.name) else { return [] }
      var wanted = id.map { [($0.name, $0.range)] } ?? []
      if charts.contains(.permutation) { wanted.append((trained.target.column, table.range)) }
      findings += workspace.unknownColumns(wanted, of: table.name)
      do throws(LearningError) {
        _ = try trained.encoder.selectList(for: types)
      } catch {
        findings.append(Diagnostic(error, at: table.range))
      }
    }
    return findings
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    guard let trained = workspace.models[model.name], let model = trained.model else {
      throw StepFailure(.error("no-model", "there is no model `\(model.name)`", at: model.range))
    }
    var explanation = try Explanation(by: self, of: model, trained, in: workspace)
    return try explanation.result()
  }

  static func needlessClass(_ place: NamedPlace, _ task: Model.Task) -> Diagnostic {
    .error(
      "wrong-value", "`class` does nothing for a \(task.rawValue) model", at: place.range,
      solutions: ["leave it out"])
  }

  var noRows: Diagnostic {
    switch rows {
    case .part(let part):
      .error(
        "no-rows", "there are no \(part.rawValue) rows to explain model `\(model.name)` on",
        at: partRange ?? model.range,
        solutions: ["give the `split` of the `train` step a share for \(part.rawValue)"])
    case .table(let table):
      .error("no-rows", "table `\(table.name)` has no rows to explain", at: table.range)
    }
  }

  private func unknownID(_ id: NamedPlace, _ trained: TrainedModel) -> Diagnostic {
    let known = trained.encoder.columns.map(\.name) + [trained.id].compactMap { $0 }
    return .error(
      "unknown-column", "the rows of model `\(model.name)` have no column `\(id.name)`",
      at: id.range,
      solutions: trained.id == nil
        ? ["give the `train` step `id: \(id.name)`"]
        : solutions(forUnknown: id.name, among: known))
  }

  /// What the rows are called in the language of the report.
  func subject(_ words: Words) -> String {
    if case .part(let part) = rows {
      words(subject, words.part(part) + "データ")
    } else {
      subject
    }
  }

  /// What the rows are called.
  var subject: String {
    switch rows {
    case .part(let part): part.rawValue
    case .table(let table): table.name
    }
  }
}
