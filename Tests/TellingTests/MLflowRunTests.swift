import Learning
import Parsing
import Testing

@testable import Telling

@Suite struct MLflowRunTests {
  private func run(_ news: RunNews = .example, site: String? = nil) -> MLflowRun {
    MLflowRun(news: news, options: TrackingOptions(url: "http://x"), site: site)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func saysWhatTheRunIs() {
    #expect(
      text(JSONCoding.encode(run(site: "https://r.example/w").creation(in: "7"), isIndented: true))
        == """
        {
          "experiment_id" : "7",
          "run_name" : "2021-01/v3",
          "start_time" : 1612159200000,
          "tags" : [
            {
              "key" : "washi.run",
              "value" : "20210201T060000Z-k3x9a"
            },
            {
              "key" : "mlflow.source.name",
              "value" : "notebooks/credit/monthly.md"
            },
            {
              "key" : "mlflow.source.type",
              "value" : "LOCAL"
            },
            {
              "key" : "mlflow.user",
              "value" : "ann"
            },
            {
              "key" : "mlflow.note.content",
              "value" : "**Credit default, January 2021**\\n\\nScores of the month.\\n\\n[Report](https://r.example/w/credit/monthly/2021-01/v3/index.html)"
            },
            {
              "key" : "washi.notebook",
              "value" : "credit/monthly"
            },
            {
              "key" : "washi.edition",
              "value" : "2021-01"
            },
            {
              "key" : "washi.version",
              "value" : "v3"
            },
            {
              "key" : "washi.status",
              "value" : "done"
            },
            {
              "key" : "washi.digest",
              "value" : "abc123"
            },
            {
              "key" : "washi.report",
              "value" : "https://r.example/w/credit/monthly/2021-01/v3/index.html"
            },
            {
              "key" : "washi.owner",
              "value" : "credit-risk"
            },
            {
              "key" : "washi.tags",
              "value" : "credit, monthly"
            },
            {
              "key" : "washi.engine.washi",
              "value" : "0.1.0"
            },
            {
              "key" : "washi.engine.DuckDB",
              "value" : "2.0.0"
            }
          ],
          "user_id" : "ann"
        }
        """)
  }

  @Test func logsFiguresAndCurves() {
    #expect(
      run().batches(of: "r1").map { text(JSONCoding.encode($0)) } == [
        #"{"metrics":[{"key":"evaluation.auc","step":0,"timestamp":1612159211500,"value":0.7433},"#
          + #"{"key":"evaluation.rows","step":0,"timestamp":1612159211500,"value":4812},"#
          + #"{"key":"model.validation.auc","step":1,"timestamp":1612159211500,"value":0.6},"#
          + #"{"key":"model.validation.auc","step":3,"timestamp":1612159211500,"value":0.7}],"#
          + #""params":[{"key":"target_date","value":"2021-01"},{"key":"trials","value":"10"}],"#
          + #""run_id":"r1","tags":[]}"#
      ])
  }

  @Test func keepsTheLimitsOfARequest() {
    var news = RunNews.example
    news.parameters = (0..<250).map { .init("p\($0)", String(repeating: "あ", count: 7000)) }
    news.figures = (0..<2500).map { .init("s.m\($0)", Double($0)) }
    var options = TrackingOptions(url: "http://x")
    options.tags = (0..<150).map { .init("t\($0)", String(repeating: "x", count: 9000)) }
    let run = MLflowRun(news: news, options: options, site: nil)
    #expect(run.creation(in: "1").tags.count == 100)
    let batches = run.batches(of: "r")
    for batch in batches {
      #expect(batch.params.count <= 100 && batch.tags.count <= 100 && batch.count <= 1000)
      #expect(JSONCoding.encode(batch).count < 1_000_000)
    }
    let params = batches.flatMap(\.params)
    #expect(params.map(\.key) == (0..<250).map { "p\($0)" })
    #expect(params.allSatisfy { $0.value.count == 6000 && $0.value.hasSuffix("…") })
    #expect(batches.flatMap(\.metrics).count == 2500 + 2)
    let tags = run.creation(in: "1").tags + batches.flatMap(\.tags)
    #expect(Set(tags.map(\.key)).count == tags.count)
    #expect(tags.count { $0.key.hasPrefix("t") && $0.value.count == 8000 } == 150)
  }

  @Test(arguments: [
    ("evaluation.auc", "evaluation.auc"), ("a b:c/d-e_f", "a b:c/d-e_f"), ("名前", "名前"),
    ("psi_100%", "psi_100_"), ("a=b(c)", "a_b_c_"), ("/a//b/", "a/b"), (".", "_"), ("..", "__"),
    ("a/../b", "a/__/b"), ("", "_"), ("tab\there", "tab_here"), ("e\u{301}", "e_"),
  ])
  func mapsNamesThatAreRefused(name: String, mapped: String) {
    #expect(MLflowName.mapped(name) == mapped)
  }

  @Test func keepsNamesApart() {
    #expect(MLflowName.unique(["a%", "a_", "a#", "b"]) == ["a__2", "a_", "a__3", "b"])
    let long = String(repeating: "n", count: 300)
    let keys = MLflowName.unique([long + "1", long + "2"])
    #expect(Set(keys).count == 2 && keys.allSatisfy { $0.count <= 250 })
  }

  @Test func tellsHowTheRunEnded() {
    for (status, word) in [
      (RunNews.Status.done, "FINISHED"), (.refused, "FINISHED"), (.failed, "FAILED"),
      (.interrupted, "KILLED"),
    ] {
      var news = RunNews.example
      news.status = status
      news.version = nil
      #expect(run(news).ending(of: "r").status == word)
      #expect(run(news).name == "2021-01 (\(status.rawValue))")
    }
  }

  @Test func describesAModelForMLflow() throws {
    let folder = try MLflowModel(Model.example, lightGBMVersion: nil)
    let files = folder.files(id: "m-1", run: "r1", name: "model", at: "2021-02-01 06:00:11")
    #expect(files.map(\.name).last == "MLmodel")
    #expect(
      files.last?.contents == """
        artifact_path: 'model'
        flavors:
          python_function:
            code: code
            data: model
            env:
              virtualenv: python_env.yaml
            loader_module: washi_model
        model_id: 'm-1'
        run_id: 'r1'
        signature:
          inputs: '[{"name":"it''s","required":true,"type":"any"}]'
          params: null
        utc_time_created: '2021-02-01 06:00:11'

        """)
  }

  @Test func leavesOutFilesBeyondTheLimits() {
    var options = TrackingOptions(url: "http://x")
    options.fileLimit = 100
    options.parts = [.report, .charts]
    let files = [
      TrackedFiles.File("artifacts/model.bin", size: 1), .init("charts/a.svg", size: 100),
      .init("charts/b.svg", size: 101), .init("index.html", size: 5),
      .init("tables/a.csv", size: 5),
      .init("reports/inner/charts/c.svg", size: 5),
    ]
    let chosen = TrackedFiles(of: files, options)
    #expect(chosen.sent == ["index.html", "charts/a.svg", "reports/inner/charts/c.svg"])
    #expect(chosen.leftOut == ["charts/b.svg (101 bytes)"])
  }
}
