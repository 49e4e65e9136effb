import Parsing
import Synchronization
import Testing

@testable import Telling

@Suite struct MLflowDeliveryTests {
  private static var news: RunNews {
    var news = RunNews.example
    news.models = [
      RunNews.Model(name: "credit-default", number: 2, step: "model", metrics: ["auc": 0.7])
    ]
    return news
  }

  /// Delivers, keeping what is noted, as a process that dies would leave it.
  private func deliver(
    to server: FakeMLflow, from progress: MLflowDelivery.Progress? = nil,
    matter: ExampleMatter = ExampleMatter()
  ) async throws -> (MLflowDelivery.Outcome?, MLflowDelivery.Progress?) {
    let noted = Mutex(progress)
    var delivery = MLflowDelivery(
      of: Self.news, to: TrackingOptions(url: "http://mlflow.test"), site: nil, over: server,
      from: matter, goingOnFrom: progress
    ) { state in noted.withLock { $0 = state } }
    let outcome = try? await delivery.deliver()
    return (outcome, noted.withLock { $0 })
  }

  private func expectWhole(_ state: FakeMLflow.State, _ comment: Comment? = nil) {
    #expect(state.experiments == ["credit/monthly"], comment)
    #expect(state.runs.count == 1, comment)
    #expect(state.ended == ["r1": "FINISHED"], comment)
    #expect(state.params == ["target_date": "2021-01", "trials": "10"], comment)
    #expect(
      state.metrics == [
        "evaluation.auc@0=0.7433", "evaluation.rows@0=4812", "model.validation.auc@1=0.6",
        "model.validation.auc@3=0.7",
      ], comment)
    #expect(state.files["7/r1/artifacts/index.html"] != nil, comment)
    #expect(state.files["7/r1/artifacts/charts/roc.svg"] != nil, comment)
    #expect(state.files["7/r1/artifacts/artifacts/big.bin"] == nil, comment)
    #expect(state.versions.count == 1, comment)
    #expect(state.aliases == ["champion": "1", "very_new": "1"], comment)
    #expect(state.tags["washi.left_out"]?.contains("artifacts/big.bin") == true, comment)
  }

  @Test func tellsEverythingOnce() async throws {
    let server = FakeMLflow()
    let (outcome, progress) = try await deliver(to: server)
    #expect(outcome?.page == "http://mlflow.test/#/experiments/7/runs/r1")
    #expect(progress?.isEnded == true)
    let state = server.now
    expectWhole(state)
    #expect(state.models == ["m-1": "LOGGED_MODEL_READY"])
    #expect(state.versions[0].source == "models:/m-1")
    #expect(state.versions[0].tags["washi.version"] == "v2")
    #expect(state.files["7/models/m-1/MLmodel"] == 1)
    #expect(state.files["7/models/m-1/code/washi_model.py"] == 1)
    #expect(state.files["7/models/m-1/model/linear.json"] == 1)
  }

  @Test(arguments: [FakeMLflow.Fault.request, .answer])
  func goesOnWhereItWasCutOff(_ fault: FakeMLflow.Fault) async throws {
    let whole = FakeMLflow()
    _ = try await deliver(to: whole)
    let count = whole.now.count
    #expect(count > 20)
    for place in 1...count {
      let broken = FakeMLflow(fault: (place, fault))
      let (outcome, progress) = try await deliver(to: broken)
      #expect(outcome == nil)
      let mended = FakeMLflow(from: broken.now)
      let (again, _) = try await deliver(to: mended, from: progress)
      #expect(again != nil)
      expectWhole(mended.now, "cut off at request \(place) of \(count)")
      // The files of a model may be sent again, the whole is not.
      #expect(mended.now.count - broken.now.count <= count - place + 12)
    }
  }

  @Test func startsAnewOnAnotherServer() async throws {
    let server = FakeMLflow()
    var known = MLflowDelivery.Progress(url: "http://other.test")
    known.run = "elsewhere"
    known.experiment = "99"
    known.batches = 5
    _ = try await deliver(to: server, from: known)
    expectWhole(server.now)
  }

  @Test func keepsModelsWithTheRunOnServersWithoutLoggedModels() async throws {
    let server = FakeMLflow(hasLoggedModels: false)
    _ = try await deliver(to: server)
    expectWhole(server.now)
    #expect(server.now.versions[0].source == "runs:/r1/model")
    #expect(server.now.files["7/r1/artifacts/model/MLmodel"] == 1)
  }

  @Test func makesNoSecondVersionOfAModelThatIsThere() async throws {
    let first = FakeMLflow()
    _ = try await deliver(to: first)
    var state = first.now
    state.runs = []
    let second = FakeMLflow(from: state)
    _ = try await deliver(to: second)
    #expect(second.now.versions.count == 1)
    #expect(second.now.models.count == 1)
  }

  @Test func takesAwayAliasesThatTheRegistryHasNoMore() async throws {
    let first = FakeMLflow()
    _ = try await deliver(to: first)
    var state = first.now
    state.versions.append(("elsewhere", [:]))
    state.aliases["by_hand"] = "2"
    let second = FakeMLflow(from: state)
    _ = try await deliver(to: second, matter: ExampleMatter(aliases: ["champion": 2]))
    #expect(second.now.aliases == ["champion": "1", "by_hand": "2"])
  }

  @Test func sendsNothingThatWasNotAskedFor() async throws {
    var options = TrackingOptions(url: "http://mlflow.test")
    options.parts = []
    let server = FakeMLflow()
    var delivery = MLflowDelivery(
      of: Self.news, to: options, site: nil, over: server, from: ExampleMatter(),
      goingOnFrom: nil
    ) { _ in }
    _ = try await delivery.deliver()
    #expect(server.now.files.isEmpty)
    #expect(server.now.versions.isEmpty)
    #expect(server.now.ended == ["r1": "FINISHED"])
  }
}
