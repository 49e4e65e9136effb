/// Where a model comes from: what it was made of and by what; nothing of the machine or the hour, so
/// that equal inputs make equal bytes. `provenance.json` in a model's folder holds it.
public struct ModelProvenance: Sendable, Hashable, Codable {
  /// The number of the format.
  public var format = 1
  /// The notebook's name in its series, such as `credit/monthly`.
  public var notebook: String
  /// The step that trained the model.
  public var step: String
  /// SHA-256 over what decides the step's result: its text and that of the steps before it, the
  /// parameters, the inputs' bytes, the engines' versions.
  public var fingerprint: String
  /// The parameters that the step and those before it use, in declaration order; no secrets.
  public var parameters: [Parameter]
  /// The files that they read, in order.
  public var inputs: [Input]
  /// The program and the libraries that took part.
  public var engines: [Engine]

  /// A parameter with its value as the author would write it.
  public struct Parameter: Sendable, Hashable, Codable {
    /// The name.
    public var name: String
    /// The declared type.
    public var type: String
    /// The value.
    public var value: String

    /// A parameter with its value.
    public init(name: String, type: String, value: String) {
      self.name = name
      self.type = type
      self.value = value
    }
  }

  /// A file that was read.
  public struct Input: Sendable, Hashable, Codable {
    /// The catalog entry.
    public var entry: String
    /// The path as the report has it.
    public var path: String
    /// The digest of the bytes.
    public var sha256: String

    /// A file with its digest.
    public init(entry: String, path: String, sha256: String) {
      self.entry = entry
      self.path = path
      self.sha256 = sha256
    }
  }

  /// The program or a library.
  public struct Engine: Sendable, Hashable, Codable {
    /// Its name: `washi`, `DuckDB`, `LightGBM`.
    public var name: String
    /// Its version.
    public var version: String

    /// A library with its version.
    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// A provenance of these facts.
  public init(
    notebook: String, step: String, fingerprint: String, parameters: [Parameter],
    inputs: [Input], engines: [Engine]
  ) {
    self.notebook = notebook
    self.step = step
    self.fingerprint = fingerprint
    self.parameters = parameters
    self.inputs = inputs
    self.engines = engines
  }

  /// The name of its file in a model's folder.
  public static let fileName = "provenance.json"

  /// Its file.
  public func file() throws(LearningError) -> Model.File {
    Model.File(name: Self.fileName, contents: try Model.json(self))
  }
}
