internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

extension Session.Surroundings {
  /// The surroundings of processes, as the project and the parameters have them.
  func processes(for plan: Plan) -> ProcessSurroundings {
    var processes = processes
    processes.isAllowed = plan.project.allowsProcesses
    processes.python = plan.project.python
    processes.parameters = plan.parameters.map { parameter in
      // The text of a secret is a mask; its value is what the process needs.
      ProcessParameter(
        name: parameter.name,
        text: parameter.isSecret ? parameter.value.plainText : parameter.text,
        value: parameter.value, isSecret: parameter.isSecret)
    }
    return processes
  }
}

extension Session {
  /// The digests of the files that processes and models are read from in the project, recorded like
  /// those of the catalog under the step's name.
  func digestsOfStepFiles(of plan: Plan) throws(Refusal) -> [RecordedInput] {
    var records: [RecordedInput] = []
    for step in plan.steps {
      let files: [NamedPlace]
      switch step.action {
      case .process(let process): files = process.files
      case .model(let model) where surroundings.handover?.models[step.name] == nil:
        files = model.files(in: surroundings.projectDirectory)
          .map { NamedPlace($0, at: model.path.range) }
      default: continue
      }
      for file in files {
        do throws(FileError) {
          let (digest, size) = try Fingerprint.ofFile(at: absolute(file.name))
          records.append(
            RecordedInput(entry: step.name, path: file.name, digest: digest, size: size))
        } catch {
          throw Refusal([
            .error("missing-file", "`\(file.name)`: \(error.reason)", at: file.range)
          ])
        }
      }
    }
    return records
  }
}
