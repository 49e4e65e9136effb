import Foundation
import Testing

/// A Python that has pandas and pyarrow.
private let pandas: String? = {
  let environment = ProcessInfo.processInfo.environment["WASHI_TEST_PYTHON"]
  let candidates = [environment, "/usr/bin/python3", "/usr/local/bin/python3"].compactMap(\.self)
  return candidates.first { path in
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-c", "import pandas, pyarrow"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}()

@Suite struct ProcessTests {
  private let notebook = """
    # Scores

    ```yaml parameters
    limit: { type: int, default: 3 }
    token: { type: secret, from: env:TOKEN }
    ```

    ```sql step rows
    SELECT range AS n FROM range($limit)
    ```

    ```sh step doubled inputs=rows.csv outputs=doubled.csv secrets=token
    echo "token $token"
    awk -F, 'NR == 1 { print "n,twice" } NR > 1 { print $1 "," 2 * $1 }' rows.csv > doubled.csv
    echo '{"name": "sum", "value": 6, "label": "Sum"}' > metrics.jsonl
    printf '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><circle r="%s"/></svg>' "$limit" > dot.svg
    ```

    ```sql step result show=5
    SELECT sum(twice) AS total FROM doubled
    ```

    The sum is {{ doubled.sum }}.
    """

  @Test func publishesTablesFiguresAndPicturesOfAProcess() throws {
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\n")
    try shop.write("scores.md", notebook)
    let first = try shop.washi("run", "scores.md", environment: ["TOKEN": "hush-hush-hush"])
    #expect(first.status == 0, "\(first.errors)")
    let files = try shop.files(below: "output/scores/default/v1")
    #expect(String(decoding: files["tables/result.csv"] ?? Data(), as: UTF8.self) == "total\n6\n")
    let picture = String(decoding: files["charts/doubled-dot.svg"] ?? Data(), as: UTF8.self)
    #expect(picture == "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"3\"/></svg>\n")
    let page = String(decoding: files["index.html"] ?? Data(), as: UTF8.self)
    #expect(page.contains("src=\"data:image/svg+xml;base64,"))
    #expect(page.contains("The sum is 6."))
    #expect(page.contains("2 parts of"), "what was taken out is said")

    let again = try shop.washi("run", "scores.md", environment: ["TOKEN": "hush-hush-hush"])
    #expect(again.status == 0)
    #expect(again.errors.contains("unchanged"))
    let verified = try shop.washi(
      "verify", "scores@default", environment: ["TOKEN": "hush-hush-hush"])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")

    for (path, data) in try shop.files(below: ".") {
      #expect(data.range(of: Data("hush-hush-hush".utf8)) == nil, "\(path) holds the secret")
    }
    let logs = try shop.files(below: ".washi/logs")
    #expect(logs.values.contains(Data("token ***\n".utf8)))
  }

  @Test func refusesProcessesUnlessTheProjectAllowsThem() throws {
    let shop = try Workshop()
    try shop.write("n.md", "```sh step s\ntouch ran\n```\n")
    for command in [["check", "n.md"], ["run", "n.md"]] {
      let outcome = try shop.washi(command)
      #expect(outcome.status == 2)
      #expect((outcome.errors + outcome.output).contains("n.md:1:12"), "\(outcome)")
      #expect(outcome.errors.contains("processes: allow"))
    }
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/ran"))
  }

  @Test func stopsAProcessWhenTheRunIsInterrupted() throws {
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\n")
    try shop.write(
      "n.md",
      "```sh step s\ntouch \"$WASHI_PROJECT/started\"\nsleep 3\ntouch \"$WASHI_PROJECT/survived\"\n```\n"
    )
    for (signal, status) in [(SIGINT, Int32(130)), (SIGTERM, 143), (SIGKILL, 9)] {
      let process = try shop.start(["run", "n.md"])
      let started = shop.folder.path + "/started"
      while process.isRunning, !FileManager.default.fileExists(atPath: started) { usleep(10_000) }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationStatus == status)
      try? FileManager.default.removeItem(atPath: started)
    }
    usleep(3_500_000)
    #expect(!FileManager.default.fileExists(atPath: shop.folder.path + "/survived"))
  }

  @Test(
    .enabled(if: pandas != nil, "no Python with pandas and pyarrow; WASHI_TEST_PYTHON names one"))
  func runsPandasWhereItIsInstalled() throws {
    let python = try #require(pandas)
    let shop = try Workshop()
    try shop.write("washi.yaml", "processes: allow\npython: \(python)\n")
    try shop.write(
      "n.md",
      """
      ```sql step loans
      SELECT range AS id, (range % 3)::VARCHAR AS grade, range * 1.5 AS amount, DATE '2021-01-01' AS day
      FROM range(1000)
      ```

      ```python step grades inputs=loans.parquet outputs=grades.parquet metrics=rows
      import json
      import pandas as pd

      loans = pd.read_parquet("loans.parquet")
      assert str(loans["id"].dtype) == "int64", loans.dtypes
      assert str(loans["amount"].dtype) == "float64", loans.dtypes
      grades = loans.groupby("grade", as_index=False).agg(loans=("id", "size"), mean=("amount", "mean"))
      grades.to_parquet("grades.parquet")
      with open("metrics.jsonl", "w") as file:
          json.dump({"rows": len(loans)}, file)
      ```

      ```sql step shown show=5
      SELECT * FROM grades ORDER BY grade
      ```
      """)
    let outcome = try shop.washi("run", "n.md", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try shop.read("output/n/default/v1/tables/shown.csv")
        == "grade,loans,mean\n0,334,749.25\n1,333,748.5\n2,333,750\n")
    #expect(try shop.read("output/n/default/v1/report.json").contains("packages"))
  }
}
