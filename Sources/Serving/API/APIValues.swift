internal import Archiving
internal import Parsing
internal import Planning
internal import Vocabulary

/// What the API answers, as JSON. Names that are missing are left out.
enum APIValues {
  struct Me: Encodable {
    var name: String
    var roles: [Grant]
    /// What a browser's session sends along to change something.
    var formToken: String
  }

  struct NotebookItem: Encodable {
    var name: String
    var title: String
    var description: String?
    var mayRun: Bool
    var latest: VersionItem?
  }

  struct Notebooks: Encodable {
    var notebooks: [NotebookItem]
  }

  struct Parameter: Encodable {
    var name: String
    var type: String
    var description: String?
    var isRequired: Bool
    var `default`: String?
    var isDerived: Bool
    var choices: [String]?
    var min: String?
    var max: String?
    var pattern: String?

    init(_ declaration: ParameterDeclaration) {
      name = declaration.name
      type = declaration.typeName
      description = declaration.description
      isRequired = declaration.isRequired
      self.default = declaration.defaultText
      isDerived = if case .derived = declaration.default { true } else { false }
      choices =
        declaration.choices.isEmpty ? nil : declaration.choices.map { declaration.plain($0) }
      min = declaration.minimum.map { declaration.plain($0) }
      max = declaration.maximum.map { declaration.plain($0) }
      pattern = declaration.pattern
    }
  }

  struct UploadEntry: Encodable {
    var name: String
    var format: String?
    var columns: [String]
  }

  struct NotebookDetails: Encodable {
    var name: String
    var title: String
    var description: String?
    var mayRun: Bool
    var parameters: [Parameter]
    var uploads: [UploadEntry]
    var editions: [String]
  }

  struct UploadReceipt: Encodable {
    /// The SHA-256 of the file.
    var upload: String
    var name: String
    var size: Int
    var format: String
    var columns: [String]

    init(_ upload: Upload) {
      self.upload = upload.digest
      name = upload.name
      size = upload.size
      format = upload.format
      columns = upload.columns
    }
  }

  struct Run: Encodable {
    var run: String
    var notebook: String
    var edition: String?
    var state: String
    var user: String
    var orderedAt: String
    var startedAt: String?
    var endedAt: String?
    var parameters: [String: String]
    var uploads: [String: String]
    var version: Int?
    var isNew: Bool?
    var message: String?
    var placeInQueue: Int?
    var steps: [RunProgress.Step]?
    var findings: [RunResult.Finding]?

    init(_ job: Job) {
      run = job.id
      notebook = job.notebook
      edition = job.edition
      state = job.state.rawValue
      user = job.user
      orderedAt = ClockText.utc(job.orderedAt)
      startedAt = job.startedAt.map { ClockText.utc($0) }
      endedAt = job.endedAt.map { ClockText.utc($0) }
      parameters = Dictionary(job.parameters.map { ($0.name, $0.text) }) { $1 }
      uploads = Dictionary(job.uploads.map { ($0.entry, $0.digest) }) { $1 }
      version = job.version
      isNew = job.isNew
      message = job.message
    }
  }

  struct Runs: Encodable {
    var runs: [Run]
  }

  struct VersionItem: Encodable {
    var notebook: String
    var edition: String
    var version: Int

    init(_ version: Version) {
      notebook = version.place.notebook
      edition = version.place.edition
      self.version = version.number
    }
  }

  struct Versions: Encodable {
    /// Newest edition first, and in it the newest version.
    var versions: [VersionItem]
  }

  struct VersionDetails: Encodable {
    var notebook: String
    var edition: String
    var version: Int
    var title: String
    var metrics: [String: Metric]
    var tables: [String]
    var artifacts: [Artifact]
  }

  struct Artifact: Encodable {
    var name: String
    var size: Int
  }

  struct Metric: Encodable {
    var value: Double?
    var label: String?
    var unit: String?
    var text: String

    init(_ figure: ReportFacts.Figure) {
      value = figure.value
      label = figure.label
      unit = figure.unit
      text = figure.valueText
    }
  }

  struct Metrics: Encodable {
    var metrics: [String: Metric]
  }
}
