import Archiving
import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Serving

@Suite struct RunTests {
  private func order(_ bench: Bench, _ notebook: String = "team/a") async throws -> String {
    let reply = await bench.post("/notebooks/\(notebook)", ["do": "run"])
    #expect(reply.status == 303)
    return String(reply.location.dropFirst("/runs/".count))
  }

  @Test func runsWhatIsOrderedAndShowsIt() async throws {
    let bench = try Bench()
    let id = try await order(bench)
    let job = try await bench.finish(id)
    #expect(job.state == .done && job.version == 1 && job.run == "r1")
    let page = await bench.get("/runs/\(id)").text
    #expect(page.contains("href=\"/reports/team/a@2021-01/v1\""))
    #expect(page.contains("<code>total</code>") && page.contains("3 rows"))
    #expect(!page.contains("data-events") && !page.contains("http-equiv=\"refresh\""))
    #expect(await bench.get("/runs").text.contains("/runs/\(id)"))
  }

  @Test func showsARunThatIsUnderWayWithAndWithoutScript() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = FakePressroom.waits }
    let id = try await order(bench)
    let page = await bench.get("/runs/\(id)").text
    #expect(page.contains("data-events=\"/runs/\(id)/events\""))
    #expect(page.contains("<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>"))
    #expect(page.contains("Stop this run"))
  }

  @Test func tellsTheProgressAsEventsUntilTheEnd() async throws {
    let bench = try Bench()
    let id = try await order(bench)
    _ = try await bench.finish(id)
    let stream = await bench.get("/runs/\(id)/events")
    #expect(stream.headers[.contentType] == "text/event-stream")
    #expect(
      stream.text.contains("event: progress\n")
        && stream.text.hasSuffix("event: end\ndata: done\n\n"))
    let api = await bench.get("/api/v1/runs/\(id)/events").text
    let line = try #require(api.split(separator: "\n").first { $0.hasPrefix("data: {") })
    let object = try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8))
    #expect((object as? [String: Any])?["state"] as? String == "done")
  }

  @Test func letsOneRunOfANotebookWaitForAnother() async throws {
    let bench = try Bench { $0.concurrentRuns = 4 }
    bench.press.script.withLock { $0 = FakePressroom.waits }
    let first = try await order(bench)
    let second = try await order(bench)
    try await bench.workplace.queue.step()
    #expect(bench.press.started.withLock { $0 } == [first])
    #expect(await bench.get("/runs/\(second)").text.contains("number 1 in the queue"))
    _ = await bench.post("/runs/\(first)/cancel")
    #expect(try await bench.finish(first).state == .cancelled)
    try await bench.workplace.queue.step()
    #expect(bench.press.started.withLock { $0 } == [first, second])
    _ = await bench.post("/runs/\(second)/cancel")
    _ = try await bench.finish(second)
  }

  @Test func startsNoMoreRunsThanItMay() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = FakePressroom.waits }
    bench.press.set("b", "# B\n\n```sql step one\nSELECT 1 AS x\n```\n")
    _ = try await order(bench)
    _ = try await order(bench, "b")
    try await bench.workplace.queue.step()
    let load = await bench.workplace.queue.load
    #expect(load.running == 1 && load.waiting == 1)
  }

  @Test func stopsARunThatWaitsAtOnce() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = FakePressroom.waits }
    _ = try await order(bench)
    let second = try await order(bench)
    let reply = await bench.post("/runs/\(second)/cancel")
    #expect(reply.status == 303)
    let job = try #require(try await bench.workplace.store.job(second))
    #expect(job.state == .cancelled && job.cancelledBy == "local")
    #expect(await bench.get("/runs/\(second)").text.contains("local stopped it"))
  }

  @Test func letsOnlyItsOwnerOrAnAdminStopARun() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = FakePressroom.waits }
    let ada = try await bench.session("ada", Grant(.runner))
    let reply = await bench.post("/notebooks/team/a", ["do": "run"], ada)
    let id = String(reply.location.dropFirst("/runs/".count))
    let ben = try await bench.session("ben", Grant(.runner))
    #expect(await bench.post("/runs/\(id)/cancel", [:], ben).status == 403)
    let outsider = try await bench.session("cy", Grant(.admin, in: "other"))
    #expect(await bench.get("/runs/\(id)", outsider).status == 404)
    #expect(await bench.post("/runs/\(id)/cancel", [:], outsider).status == 404)
    let admin = try await bench.session("dee", Grant(.admin))
    #expect(await bench.post("/runs/\(id)/cancel", [:], admin).status == 303)
    #expect(try await bench.finish(id).cancelledBy == "dee")
  }

  @Test func saysWhyARunFailed() async throws {
    let bench = try Bench()
    bench.press.script.withLock {
      $0 = """
        printf '{"status":"failed","run":"r9","edition":"e","diagnostics":[{"severity":"error",\
        "rule":"sql","summary":"no column <b>x</b>","solutions":["did you mean y?"],"file":"a.md",\
        "line":3,"column":7}]}' > "$1/result.json"
        """
    }
    try bench.write("<p>half", to: ".washi/runs/r9/index.html")
    let id = try await order(bench)
    #expect(try await bench.finish(id).state == .failed)
    let page = await bench.get("/runs/\(id)").text
    #expect(page.contains("no column &lt;b&gt;x&lt;/b&gt;") && page.contains("a.md:3:7"))
    #expect(page.contains("did you mean y?") && page.contains("Try again"))
    let report = await bench.get("/runs/\(id)/report")
    let start = try #require(report.text.range(of: "src=\"/files/"))
    let address = String(report.text[start.lowerBound...].dropFirst(5).prefix { $0 != "\"" })
    #expect(await bench.get(address).text == "<p>half")
    let again = await bench.post("/runs/\(id)/again")
    #expect(again.status == 303 && again.location != "/runs/\(id)")
  }

  @Test func startsARunAgainWhoseProcessVanished() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = "kill -9 $$" }
    let id = try await order(bench)
    let job = try await bench.finish(id)
    #expect(job.state == .failed && job.attempts == 3)
    #expect(job.message?.contains("without a word") == true)
    #expect(bench.press.started.withLock { $0 } == [id, id, id])
  }

  @Test func takesUpAfterARestartWhatRunsWaitsAndEnded() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = FakePressroom.waits }
    bench.press.set("b", "# B\n\n```sql step one\nSELECT 1 AS x\n```\n")
    let running = try await order(bench)
    let waiting = try await order(bench, "b")
    // The first workplace goes without a word; its processes stay.
    let next = try Bench(at: bench.folder, press: bench.press)
    try await next.workplace.recover()
    try await next.workplace.queue.step()
    #expect(bench.press.started.withLock { $0 } == [running], "found again, not started again")
    #expect(await next.workplace.queue.load.waiting == 1)
    bench.press.script.withLock { $0 = FakePressroom.publishes }
    _ = await next.post("/runs/\(running)/cancel")
    #expect(try await next.finish(running).state == .cancelled)
    #expect(try await next.finish(waiting).state == .done)
  }

  @Test func runsAgainAfterAMachineWentDown() async throws {
    let bench = try Bench()
    bench.press.script.withLock { $0 = FakePressroom.waits }
    let id = try await order(bench)
    bench.press.stopAll()
    bench.press.script.withLock { $0 = FakePressroom.publishes }
    let next = try Bench(at: bench.folder, press: bench.press)
    try await next.workplace.recover()
    let job = try await next.finish(id)
    #expect(job.state == .done && job.attempts == 2)
  }

  @Test(arguments: ["0", "1", "../../serve.db", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "%27 OR 1=1", "r1"])
  func tellsNothingOfRunsThatAreGuessed(_ id: String) async throws {
    let bench = try Bench()
    let known = try await order(bench)
    #expect(known.count == 26, "130 bits of chance")
    for path in ["/runs/\(id)", "/runs/\(id)/log", "/runs/\(id)/events", "/api/v1/runs/\(id)"] {
      #expect(await bench.get(path.replacing(" ", with: "%20")).status == 404)
    }
  }

  @Test func runsNoProgramsUnlessItWasTold() async throws {
    let text = "# P\n\n```sh step one\nid\n```\n"
    let bench = try Bench()
    bench.press.set("p", text)
    #expect(await bench.post("/notebooks/p", ["do": "run"]).status == 422, "the project says no")
    bench.press.allowsProcesses.withLock { $0 = true }
    let reply = await bench.post("/notebooks/p", ["do": "run"])
    #expect(reply.status == 403)
    #expect(reply.text.contains("--allow-processes"))
    #expect(bench.press.started.withLock { $0 }.isEmpty)
  }

  @Test(arguments: ["/etc", "../..", "~/x", ".washi/serve", "data/../../x"])
  func keepsPathsInTheProject(_ path: String) async throws {
    let bench = try Bench()
    let reply = await bench.post("/notebooks/sales", ["p.folder": path, "do": "check"])
    #expect(reply.status == 422)
  }

  @Test(arguments: ["'; DROP TABLE rows; --", "$limit", "{{ 1 + 1 }}", "x' OR '1'='1"])
  func takesSQLInAValueAsText(_ text: String) async throws {
    let bench = try Bench()
    try bench.write("x\n1\n", to: "data/202101.csv")
    let reply = await bench.post("/notebooks/sales", ["p.note": text, "do": "run"])
    #expect(reply.status == 303)
    let id = String(reply.location.dropFirst("/runs/".count))
    let job = try await bench.finish(id)
    #expect(job.parameters == [Job.Assignment("note", text)])
    #expect(bench.text("data/202101.csv") == "x\n1\n")
  }

  @Test func refusesAValueForASecret() async throws {
    let bench = try Bench()
    let reply = await bench.post("/notebooks/sales", ["p.key": "mine", "do": "check"])
    #expect(reply.status == 403)
  }
}
