import Testing
import Vocabulary

@testable import Parsing

@Suite struct SparkConnectionTests {
  func connection(_ text: String) -> (ConnectionDeclaration?, [Diagnostic]) {
    let file = ProjectFile(parsing: [("washi.yaml", "connections:\n  lake: \(text)\n")])
    return (file.connections.first, file.diagnostics)
  }

  @Test func readsAddresses() throws {
    let plain = try SparkAddress(parsing: "sc://localhost")
    #expect(plain.host == "localhost")
    #expect(plain.port == 15_002)
    #expect(plain.usesTLS == nil)
    let full = try SparkAddress(
      parsing: "sc://[fe80::1]:443/;use_ssl=true;token=a%3Bb;user_id=me;X-Org=one;user_agent=x")
    #expect(full.host == "fe80::1")
    #expect(full.port == 443)
    #expect(full.usesTLS == true)
    #expect(full.token == "a;b")
    #expect(full.user == "me")
    #expect(full.headers == ["x-org": "one"])
    #expect(try SparkAddress(parsing: "sc://h:1/").headers == [:])
  }

  @Test(arguments: [
    "", "localhost:15002", "spark://h:7077", "sc://", "sc://h:0", "sc://h:65536", "sc://h:x",
    "sc://h:1/path", "sc://u@h:1", "sc://h:1;token=x", "sc://h/;token", "sc://h/;=x",
    "sc://h/;use_ssl=maybe", "sc://h/;a%zz=1;b=%z", "sc://h/;a b=c", "sc://h /", "sc://h/;x=é",
  ])
  func refusesWhatIsNoAddress(_ text: String) {
    #expect(throws: SparkAddress.Fault.self) { try SparkAddress(parsing: text) }
  }

  @Test func encryptsWhenThereIsAToken() throws {
    func isSecure(_ text: String, _ hasToken: Bool) throws -> Bool {
      try SparkAddress(parsing: text).isSecure(withToken: hasToken)
    }
    #expect(try isSecure("sc://spark.example.com", true))
    #expect(try !isSecure("sc://spark.example.com", false))
    #expect(try !isSecure("sc://localhost", true))
    #expect(try isSecure("sc://localhost/;use_ssl=true", false))
  }

  @Test func readsConnections() throws {
    let (found, diagnostics) = connection(
      "{ spark: \"sc://h:1/;use_ssl=true\", token: env:TOKEN, version: snapshot-1, parquet: shared }"
    )
    #expect(diagnostics == [])
    let lake = try #require(found)
    #expect(lake.kindName == "spark")
    #expect(lake.variables.map(\.name) == ["TOKEN"])
    #expect(lake.version == .snapshot("snapshot-1"))
    #expect(lake.sharedFolder == "shared")
    #expect(lake.dialect.escapesBackslashes)
  }

  @Test(arguments: [
    ("{ spark: \"http://h\" }", "wrong-value"),
    ("{ spark: \"sc://h/;token=hush\" }", "secret-in-file"),
    ("{ spark: \"sc://h\", token: hush }", "secret-in-file"),
    ("{ spark: \"sc://h/;use_ssl=false\", token: env:T }", "wrong-value"),
    ("{ spark: \"sc://h\", driver: postgresql }", "unknown-option"),
    ("{ spark: \"sc://h\", parquet: \"\" }", "wrong-value"),
  ])
  func refuses(_ text: String, _ rule: String) {
    let (_, found) = connection(text)
    #expect(found.contains { $0.rule == rule && $0.range?.start.line == 2 }, "\(found)")
    #expect(!found.contains { "\($0)".contains("hush") })
  }

  @Test func identityKnowsNoCredentials() throws {
    func identity(_ text: String, _ environment: [String: String] = [:]) throws -> Fingerprint {
      try #require(connection(text).0).identity(in: environment)
    }
    let plain = try identity("{ spark: \"sc://h:15002\" }")
    #expect(plain == (try identity("{ spark: \"sc://h/;user_id=me;use_ssl=true\", token: env:T }")))
    #expect(plain == (try identity("{ spark: env:U }", ["U": "sc://h/;token=x"])))
    #expect(plain != (try identity("{ spark: \"sc://i\" }")))
  }
}
