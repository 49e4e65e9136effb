internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// The steps of one run on their way: decides what can be reused, what must be done, and when.
///
/// Outcomes are those of doing the steps one after the other in document order, whatever happens side
/// by side: a step that fails ends the run for all below it, also for those that were quicker.
final class Conductor {
  private let context: RunContext
  private let crew: Crew
  private let selection: SelectedSteps?
  /// Whether nothing will be done, so that no file is laid out.
  private let isForecast: Bool
  private var steps: [Progress]
  /// How many steps have been told of.
  private var told = 0
  /// What watchers will hear of steps whose turn has not come.
  private var withheld: [Int: [RunEvent]] = [:]
  /// Whether something is wanted in the engine since the steps were last looked through.
  private var hasNewWish = false
  private let places: [String: Int]
  /// The ledger of this run.
  private(set) var ledger = Ledger()

  /// How far a step is.
  private struct Progress {
    let step: PlannedStep
    var outcome: StepOutcome?
    var key: ResultKey?
    /// The digest of what later steps can see.
    var content: Fingerprint?
    /// The result in the cache, when it came from there.
    var stored: StoredResult?
    var model: TrainedModel?
    /// The models of a notebook, as `step.name`.
    var parts: [String: TrainedModel] = [:]
    /// Whether its table or model is in the engine.
    var isPresent = false
    /// Whether its table or model is wanted there.
    var isWanted = false
    var isBusy = false
    /// Whether the cache has lost it, so that it is done again.
    var isLost = false
    /// The memory that it is taken to need.
    var weight: Int?
  }

  init(
    _ context: RunContext, jobs: Int, selection: SelectedSteps? = nil, isForecast: Bool = false
  ) {
    self.context = context
    self.selection = selection
    self.isForecast = isForecast
    crew = Crew(
      jobs, cores: context.surroundings.threads, memory: context.surroundings.memoryBudget)
    steps = context.plan.steps.map { Progress(step: $0) }
    places = Dictionary(
      context.plan.steps.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { one, _ in one })
  }

  // MARK: What is known

  /// What the selected steps need of steps outside that the cache does not have.
  var lackingSources: [Diagnostic] {
    guard let selection else { return [] }
    var lacking: Set<Int> = []
    func need(_ index: Int) {
      for name in steps[index].step.upstream {
        guard let source = places[name], !selection.range.contains(source) else { continue }
        // What only a step there reads is made there again.
        if isMadeAgain(source, for: index) {
          need(source)
          continue
        }
        if steps[source].outcome == nil { lacking.insert(source) }
        switch steps[source].stored?.product {
        case .view, .model: need(source)
        case .nothing, .table, .elsewhere, nil: break
        }
      }
    }
    for index in selection.range where steps[index].outcome == nil { need(index) }
    return lacking.sorted().map { index in
      let step = steps[index].step
      return .error(
        "not-cached",
        "the cache has no result of step `\(step.name)`, which `\(selection.words)` needs",
        at: step.source.nameRange,
        explanation: "It has not run with these parameters and files, or was changed since.",
        solutions: ["run without `\(selection.words)`: what the cache has is reused"])
    }
  }

  /// The figures of all steps that are done.
  var metrics: [String: [Metric]] {
    Dictionary(
      steps.compactMap { one in one.outcome?.result.map { (one.step.name, $0.metrics) } },
      uniquingKeysWith: { one, _ in one })
  }

  /// The digests of what the steps have left.
  var contents: [String: Fingerprint] {
    Dictionary(
      steps.compactMap { one in one.content.map { (one.step.name, $0) } },
      uniquingKeysWith: { one, _ in one })
  }

  /// Whether it is known what a step leaves.
  func isKnown(_ name: String) -> Bool { outcome(of: name) != nil }

  /// What decides a step's result, as far as that is known.
  func key(of step: PlannedStep) -> ResultKey {
    context.plan.key(of: step, after: contents, in: context.keys)
  }

  /// What decides each expression's text, when results are kept at all.
  func keys(of expressions: [PlannedExpression]) -> [String?] {
    guard context.cache != nil else { return expressions.map { _ in nil } }
    let contents = contents
    return expressions.map {
      context.plan.key(of: $0, after: contents, in: context.keys).fingerprint.description
    }
  }

  /// Whether a ledger has the text of every expression.
  func knowsProse(by ledger: Ledger) -> Bool {
    keys(of: context.plan.prose).allSatisfy { $0.flatMap { ledger.texts[$0] } != nil }
  }

  /// The outcomes so far, in document order.
  var outcomes: [StepOutcome] { steps.compactMap(\.outcome) }

  /// The models that are in the engine, by step.
  var models: [String: TrainedModel] { models(of: steps.indices) }

  // MARK: Doing it

  /// Takes from the cache what can be taken without doing anything; tells whether that is all.
  func reuse() -> Bool {
    for index in steps.indices where steps[index].outcome == nil {
      guard steps[index].step.upstream.allSatisfy({ outcome(of: $0) != nil }) else { continue }
      if let outcome = stopped(index) ?? blocked(index) {
        steps[index].outcome = outcome
      } else {
        takeFromCache(index)
      }
    }
    return steps.allSatisfy { $0.outcome != nil }
  }

  /// Does every step that can be done, and says of every other why not.
  func perform() {
    conduct()
    for index in steps.indices { tellEnd(upTo: index) }
  }

  /// Leaves the tables and models of these steps in the engine, as far as they have any.
  func provide(_ names: [String]) {
    for name in names {
      if let index = places[name] { _ = isReady(index) }
    }
    conduct()
  }

  private func conduct() {
    repeat {
      repeat {
        hasNewWish = false
        for index in steps.indices where !steps[index].isBusy { consider(index) }
      } while hasNewWish
      tellWhatIsOver()
      guard let (index, yield) = crew.next() else { return }
      take(yield, of: index)
    } while true
  }

  /// Starts what can be started for a step.
  private func consider(_ index: Int) {
    let one = steps[index]
    if one.outcome != nil {
      if one.isWanted, !one.isPresent { restore(index) }
      return
    }
    guard one.step.upstream.allSatisfy({ outcome(of: $0) != nil }) else { return }
    if let outcome = stopped(index) ?? blocked(index) {
      steps[index].outcome = outcome
      return
    }
    // What writes outside of the run waits until nothing before it can fail any more.
    if one.step.action.writesOutside, steps[..<index].contains(where: { $0.outcome == nil }) {
      return
    }
    if takeFromCache(index) { return }
    if let selection, !selection.range.contains(index) {
      steps[index].outcome = StepOutcome(
        name: one.step.name, state: .notRun(because: "it is outside of `\(selection.words)`"))
      return
    }
    guard sourcesAreReady(of: index), crew.isFree(for: weight(of: index)),
      !isConnectionBusy(for: index)
    else { return }
    start(index)
  }

  /// Looks the step up in the cache.
  @discardableResult
  private func takeFromCache(_ index: Int) -> Bool {
    let one = steps[index]
    guard let cache = context.cache, !one.isLost, one.key == nil else { return false }
    let key = key(of: one.step)
    steps[index].key = key
    ledger.keys[one.step.name] = key
    guard one.step.settings.isCached, index != selection?.anew,
      let stored = cache.reusable(
        key, stagingIn: isForecast ? nil : context.surroundings.stagingDirectory,
        of: context.surroundings.projectDirectory)
    else { return false }
    steps[index].stored = stored
    steps[index].content = stored.content
    steps[index].outcome = StepOutcome(
      name: one.step.name,
      state: stored.skipped.map { .skipped(because: $0) } ?? .done(stored.result))
    withheld[index, default: []].append(.reused(step: one.step.name))
    return true
  }

  private func work(_ index: Int) -> StepWork {
    let observe = context.observe
    let feed = crew.feed
    return StepWork(
      step: steps[index].step, context: context, key: steps[index].key,
      models: models(for: index), metrics: metrics,
      mayReuse: index != selection?.anew && !steps[index].isLost, threads: crew.threads,
      tell: { event in
        if case .progress = event { observe(event) } else { feed(index, event) }
      })
  }

  private func start(_ index: Int) {
    // Alone, the job is done before anything else is said.
    tellWhatIsOver()
    let work = work(index)
    steps[index].isBusy = true
    context.observe(.started(step: work.step.name, index: index, of: steps.count))
    crew.start(index, weight(of: index)) { .ran(work.run()) }
  }

  private func restore(_ index: Int) {
    guard sourcesAreReady(of: index), crew.isFree(for: 0) else { return }
    let work = work(index)
    steps[index].isBusy = true
    guard let stored = steps[index].stored else {
      // It was lost, and is done again now that what it reads is there.
      crew.start(index, weight(of: index)) { .ran(work.run()) }
      return
    }
    crew.start(index, 0) { .restored(work.restore(stored)) }
  }

  private func take(_ yield: Crew.Yield, of index: Int) {
    switch yield {
    case .told(let event):
      withheld[index, default: []].append(event)
      return
    case .ran(let yield):
      steps[index].isBusy = false
      steps[index].stored = yield.stored
      steps[index].isPresent = yield.stored == nil
      steps[index].model = yield.model
      steps[index].parts = yield.parts
      steps[index].content = yield.content
      steps[index].outcome = StepOutcome(name: steps[index].step.name, state: yield.state)
      if yield.stored == nil {
        context.observe(.finished(step: steps[index].step.name))
      } else {
        withheld[index, default: []].append(.reused(step: steps[index].step.name))
      }
      if let remark = yield.remark {
        ledger.remarks[steps[index].step.name] = remark
        withheld[index, default: []].append(
          .notKept(step: steps[index].step.name, because: remark))
      }
    case .restored(let yield?):
      steps[index].isBusy = false
      steps[index].isPresent = true
      steps[index].model = yield.model
    case .restored(nil):
      steps[index].isBusy = false
      steps[index].isLost = true
      steps[index].stored = nil
    }
  }

  /// The memory that a step is taken to need beside the engine's; known when all that it reads is.
  private func weight(of index: Int) -> Int {
    if let known = steps[index].weight { return known }
    let weight = MemoryEstimate(context).bytes(for: steps[index].step, after: steps.map(\.step))
    steps[index].weight = weight
    return weight
  }

  // MARK: What stands in the way

  private func outcome(of name: String) -> StepOutcome? {
    places[name].flatMap { steps[$0].outcome }
  }

  /// Why the run ends with a step, when it does.
  private func ending(_ one: Progress) -> String? {
    guard let outcome = one.outcome else { return nil }
    if outcome.isFailure,
      one.step.settings.onError == .stop || context.cancellation.reason != nil
    {
      return "step `\(one.step.name)` failed"
    }
    if let verdict = outcome.result?.verdict, verdict.isRefusal, verdict.consequence == .stop {
      return "`\(one.step.name)` refused"
    }
    return nil
  }

  /// Why a step is not run: because of the first one, in document order, that ends the run.
  private func stopped(_ index: Int) -> StepOutcome? {
    guard let reason = steps[..<index].lazy.compactMap(ending).first else { return nil }
    return StepOutcome(name: steps[index].step.name, state: .notRun(because: reason))
  }

  /// Why a step cannot run after what became of those it needs.
  ///
  /// A gate always can: a figure that is missing has no value, which no expectation accepts.
  private func blocked(_ index: Int) -> StepOutcome? {
    let step = steps[index].step
    if case .gate = step.action { return nil }
    let lost = step.upstream.filter { name in
      guard let source = places[name], let outcome = steps[source].outcome else { return false }
      return outcome.result == nil && !isMadeAgain(source, for: index)
    }
    guard !lost.isEmpty else { return nil }
    let names = lost.map { "`\($0)`" }.joined(separator: ", ")
    return StepOutcome(
      name: step.name, state: .skipped(because: "it needs \(names), which has no result"))
  }

  /// Whether another step works on the connection of this one: waiting for it would count as work.
  private func isConnectionBusy(for index: Int) -> Bool {
    guard let name = steps[index].step.remote?.connection.name else { return false }
    return steps.contains { $0.isBusy && $0.step.remote?.connection.name == name }
  }

  /// Whether a step that is not asked for is made by the engine elsewhere where another one reads it
  /// there, so that no result of it is needed.
  private func isMadeAgain(_ source: Int, for reader: Int) -> Bool {
    guard let selection, !selection.range.contains(source) else { return false }
    return steps[reader].step.remote?.upstream.contains(steps[source].step.name) ?? false
  }

  /// Whether everything that a step reads is in the engine; what is missing is wanted from now on.
  private func sourcesAreReady(of index: Int) -> Bool {
    let one = steps[index]
    switch one.stored?.product {
    case .table, .elsewhere: return true
    case .nothing, .view, .model, nil: break
    }
    var areReady = true
    for name in one.step.upstream {
      if let source = places[name], !isReady(source) { areReady = false }
    }
    return areReady
  }

  private func isReady(_ index: Int) -> Bool {
    let one = steps[index]
    guard one.step.action.makesTable || one.step.action.makesModel else { return true }
    guard !one.isPresent, one.outcome?.result != nil else { return true }
    hasNewWish = hasNewWish || !one.isWanted
    steps[index].isWanted = true
    return false
  }

  private func models(for index: Int) -> [String: TrainedModel] {
    models(of: steps[index].step.upstream.compactMap { places[$0] })
  }

  private func models(of indices: some Sequence<Int>) -> [String: TrainedModel] {
    var models: [String: TrainedModel] = [:]
    for index in indices {
      if let model = steps[index].model { models[steps[index].step.name] = model }
      models.merge(steps[index].parts) { one, _ in one }
    }
    return models
  }

  // MARK: What watchers hear

  private func tellWhatIsOver() {
    while told < steps.count {
      tellWithheld(told)
      guard steps[told].outcome != nil else { return }
      tellEnd(upTo: told)
    }
  }

  private func tellWithheld(_ index: Int) {
    for event in withheld.removeValue(forKey: index) ?? [] { context.observe(event) }
  }

  private func tellEnd(upTo index: Int) {
    while told <= index {
      // Who was quicker than a failure above has not run.
      if let outcome = stopped(told) { steps[told].outcome = outcome }
      tellWithheld(told)
      if let outcome = steps[told].outcome {
        context.observe(.ended(outcome, index: told, of: steps.count))
      }
      told += 1
    }
  }
}
