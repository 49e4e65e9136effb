internal import DuckDB
internal import Steps
internal import Synchronization
internal import Vocabulary

/// What goes between a notebook's session and the one around it: models in, tables and models out.
///
/// Tables come in as files of the catalog.
final class Handover: Sendable {
  /// What came out.
  struct Taken: Sendable {
    /// The tables by step, a model's rows under its name.
    var tables: [String: Parcel] = [:]
    var models: [String: TrainedModel] = [:]
    /// What could not be taken, as the step was not checked or has not run.
    var missing: [String] = []
  }

  /// The models given to `uses: model` steps, by step.
  let models: [String: TrainedModel]
  private let wantedTables: [String]
  private let wantedModels: [String]
  private let folder: String
  private let result = Mutex(Taken())

  /// A handover of the wanted tables and models, whose files lie in `folder`.
  init(
    giving models: [String: TrainedModel], takingTables tables: [String],
    models wanted: [String], through folder: String
  ) {
    self.models = models
    wantedTables = tables
    wantedModels = wanted
    self.folder = folder
  }

  /// The steps whose tables and models are wanted.
  var wanted: [String] { wantedTables + wantedModels }

  /// What came out last.
  var taken: Taken { result.withLock { $0 } }

  /// Takes what is wanted out of an engine, where the steps have run or have been checked, and of
  /// their models.
  func collect(from connection: Connection, _ models: [String: TrainedModel], withRows: Bool) {
    var taken = Taken()
    func take(_ table: String) -> Bool {
      do throws(DuckDBError) {
        taken.tables[table] = try Parcel(
          of: table, at: "\(folder)/out \(taken.tables.count).parquet", withRows: withRows,
          using: connection)
        return true
      } catch {
        return false
      }
    }
    for table in wantedTables where !take(table) { taken.missing.append(table) }
    for name in wantedModels {
      guard let model = models[name], model.frame.isEmpty || take(model.frame) else {
        taken.missing.append(name)
        continue
      }
      taken.models[name] = model
    }
    result.withLock { [taken] in $0 = taken }
  }
}
