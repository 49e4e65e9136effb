public import Vocabulary

/// What leads to a Spark Connect server.
///
/// For example: `lake: { spark: "sc://spark.example.com:15002", token: env:SPARK_TOKEN }`.
public struct SparkOptions: Sendable, Hashable {
  /// A text given for a key, and where it stands.
  public struct Given: Sendable, Hashable {
    /// The text, or the variable that holds it.
    public var text: OutsideText
    /// Where it stands.
    public var range: SourceRange
  }

  /// The address: `sc://host:port/;key=value`.
  public var address: Given
  /// The token by which the server knows us.
  public var token: Given?
  /// A file of PEM certificates that the server's is checked by, instead of the system's.
  public var certificates: String?
  /// A folder that Spark and this machine see at the same path: rows come over as Parquet files in it,
  /// not through the connection.
  public var parquet: String?

  /// The variables that it needs, with the places where they are named.
  public var variables: [(name: String, range: SourceRange)] {
    [address, token].compactMap { given in
      if case .variable(let name)? = given?.text, let range = given?.range {
        (name, range)
      } else {
        nil
      }
    }
  }

  func identity(in environment: [String: String]) -> Fingerprint {
    var words = ["spark"]
    if let text = address.text.value(in: environment),
      let address = try? SparkAddress(parsing: text)
    {
      // Who asks, and how it is proved, changes nothing of the data.
      words += [address.host, String(address.port)]
    } else {
      words.append(address.text.shown)
    }
    return Fingerprint(combining: words)
  }
}

extension SparkOptions {
  /// Reads where the server is; nil without a usable address.
  init?(from options: inout OptionReader) {
    options.rejectExpressions(in: ["spark", "token", "certificates", "parquet"])
    let (range, tokenRange) = (options.range(of: "spark"), options.range(of: "token"))
    let address = options.outsideText("spark")
    token = options.secretText("token").map { Given(text: $0, range: tokenRange) }
    certificates = options.string("certificates")
    parquet = options.string("parquet")
    if parquet == "" { options.reject("parquet", "must be the path of a folder") }
    guard let address else { return nil }
    self.address = Given(text: address, range: range)
    guard case .literal(let text) = address else { return }
    do throws(SparkAddress.Fault) {
      let parsed = try SparkAddress(parsing: text)
      if parsed.token != nil {
        options.reject(
          "spark", "holds `token`, which must not stand in the file", rule: "secret-in-file",
          solutions: [
            "write `spark` without it and add `token: env:NAME`",
            "or put the whole address into a variable: `spark: env:NAME`",
          ])
      } else if token != nil, parsed.usesTLS == false, !parsed.isLocal {
        options.reject("spark", "says `use_ssl=false`, so that everybody could read the token")
      }
    } catch {
      options.reject("spark", error.reason)
    }
  }
}
