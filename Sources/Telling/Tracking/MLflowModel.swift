internal import Learning
internal import Parsing

/// A registered model as a folder that MLflow's Python client loads: the bundle, the code that reads
/// it, and `MLmodel`, which says how.
///
/// As `python_function` it takes the raw columns and gives the columns of `washi predict`; trees are a
/// `lightgbm` model beside that, which takes the features.
/// Source: mlflow.org, "MLflow Models", storage format.
struct MLflowModel: Sendable, Hashable {
  /// The bundle as the registry keeps it.
  let bundle: [Model.File]
  /// The model that it makes.
  let model: Model
  /// The version of LightGBM that made it.
  let lightGBMVersion: String?

  /// Reads a bundle.
  init(_ bundle: [Model.File], lightGBMVersion: String?) throws(LearningError) {
    self.bundle = bundle
    self.lightGBMVersion = lightGBMVersion
    model = try Model(files: bundle)
  }

  /// The files, `MLmodel` last: a folder without it is no model yet.
  ///
  /// `id` is the logged model's, `run` the run's, `time` milliseconds since 1970.
  func files(id: String?, run: String, name: String, at time: String) -> [Model.File] {
    bundle.map { Model.File(name: "model/\($0.name)", contents: $0.contents) } + [
      Model.File(
        name: "code/washi_model.py",
        contents: String(decoding: PackageResources.washi_model_py, as: UTF8.self)),
      Model.File(name: "requirements.txt", contents: requirements),
      Model.File(name: "python_env.yaml", contents: environment),
      Model.File(name: "MLmodel", contents: manifest(id: id, run: run, name: name, at: time)),
    ]
  }

  private var requirements: String {
    let trees = lightGBMVersion.map { "lightgbm==\($0)\n" } ?? "lightgbm\n"
    return "mlflow>=3\nnumpy\npandas\n" + (model.algorithm.isOfTrees ? trees : "")
  }

  private let environment = """
    buildDependencies:
    - pip
    dependencies:
    - -r requirements.txt

    """

  private func manifest(id: String?, run: String, name: String, at time: String) -> String {
    var lines = ["artifact_path: \(Self.quoted(name))", "flavors:"]
    if model.algorithm.isOfTrees {
      lines += [
        "  lightgbm:", "    data: model/model.txt",
        "    lgb_version: \(Self.quoted(lightGBMVersion ?? "4.7.0"))",
        "    model_class: lightgbm.basic.Booster",
      ]
    }
    lines += [
      "  python_function:", "    code: code", "    data: model",
      "    env:", "      virtualenv: python_env.yaml", "    loader_module: washi_model",
    ]
    if let id { lines.append("model_id: \(Self.quoted(id))") }
    lines.append("run_id: \(Self.quoted(run))")
    lines += signature
    lines.append("utc_time_created: \(Self.quoted(time))")
    return lines.joined(separator: "\n") + "\n"
  }

  /// A column of a signature.
  private struct Field: Encodable {
    var type: String
    var name: String
    var required = true
  }

  /// The columns that go in, of any type: MLflow would refuse whole numbers for a `double`, and a column
  /// of whole numbers with a gap in it for a `long`, where the encoder takes both.
  private var signature: [String] {
    let inputs = model.encoder.columns.map { Field(type: "any", name: $0.name) }
    let text = String(decoding: JSONCoding.encode(inputs), as: UTF8.self)
    return ["signature:", "  inputs: \(Self.quoted(text))", "  params: null"]
  }

  /// The text as a YAML scalar in single quotes.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
