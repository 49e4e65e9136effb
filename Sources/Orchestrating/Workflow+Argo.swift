internal import Parsing
internal import Planning
public import Vocabulary

extension Workflow {
  /// Manifests for Argo Workflows 3.6 or newer: a template, and a cron workflow when there is a
  /// schedule; equal workflows give equal text.
  ///
  /// Argo's parameters are texts. Each reaches its task as a file of its own, which no shell and no
  /// substitution of Kubernetes reads as anything but text.
  public func argoFile() throws(Refusal) -> String {
    try checkForArgo()
    let label = Self.label(name)
    var documents = [manifest(kind: "WorkflowTemplate", named: label, spec: templateSpec)]
    if let schedule {
      documents.append(
        manifest(
          kind: "CronWorkflow", named: label,
          spec: [
            "schedules: [\(Literal.quoted(schedule.cron))]",
            "timezone: \(Literal.quoted(schedule.timezone))",
            "concurrencyPolicy: Forbid",
            "workflowSpec:",
            "  workflowTemplateRef: { name: \(label) }",
          ]))
    }
    return
      "# Written by `washi export argo`. Write it again when parameters, steps or schedule change.\n"
      + documents.joined(separator: "---\n")
  }

  /// Argo would take `{{` in a name for one of its own expressions.
  private func checkForArgo() throws(Refusal) {
    let texts =
      tasks.map(\.notebook) + [settings.project, settings.image, settings.environment ?? ""]
    if let text = texts.first(where: { $0.contains("{{") }) {
      throw Refusal([
        .error(
          "unsafe-name", "`\(text)` holds `{{`, which Argo would take for an expression", at: nil,
          solutions: ["rename it"])
      ])
    }
  }

  private func manifest(kind: String, named name: String, spec: [String]) -> String {
    var lines = ["apiVersion: argoproj.io/v1alpha1", "kind: \(kind)", "metadata:"]
    lines.append("  name: \(name)")
    if kind == "WorkflowTemplate" {
      lines.append("  annotations:")
      lines.append("    workflows.argoproj.io/title: \(Literal.quoted(Self.shown(title)))")
      if let description {
        lines.append(
          "    workflows.argoproj.io/description: \(Literal.quoted(Self.shown(description)))")
      }
    }
    lines.append("spec:")
    return (lines + spec.map { $0.isEmpty ? "" : "  \($0)" }).joined(separator: "\n") + "\n"
  }

  // MARK: The template

  private var templateSpec: [String] {
    var lines = ["entrypoint: main"]
    if !parameters.isEmpty {
      lines +=
        ["arguments:", "  parameters:"] + parameters.flatMap(Self.argument).map { "    \($0)" }
    }
    lines += [
      "volumes:",
      "  - name: project",
      "    persistentVolumeClaim: { claimName: \(Literal.quoted(settings.claim)) }",
      "templates:",
      "  - name: main",
      "    dag:",
      "      tasks:",
    ]
    let labels = labels
    for task in tasks {
      lines.append(
        "        # \(Self.shown(task.summary).split(separator: "\n").joined(separator: " "))")
      lines.append("        - name: \(labels[task.name] ?? "task")")
      lines.append("          template: \(templateName(of: task))")
      let before = task.follows.compactMap { labels[$0] }
      if !before.isEmpty { lines.append("          depends: \(before.joined(separator: " && "))") }
      lines.append(
        "          arguments: { parameters: [{ name: only, value: \(Literal.quoted(task.step ?? "")) }] }"
      )
    }
    for task in notebookTasks { lines += template(for: task).map { "  \($0)" } }
    return lines
  }

  /// One task for each notebook, in order.
  private var notebookTasks: [WorkflowTask] {
    var seen: Set<String> = []
    return tasks.filter { seen.insert($0.notebook).inserted }
  }

  private func templateName(of task: WorkflowTask) -> String {
    let index = notebookTasks.firstIndex { $0.notebook == task.notebook } ?? 0
    return "run-\(index + 1)-\(Self.label(seriesName(ofNotebookAt: task.notebook)))".prefixed(63)
  }

  private static func argument(_ parameter: WorkflowParameter) -> [String] {
    var lines = ["- name: \(Literal.quoted(parameter.name))"]
    if let note = parameter.note {
      lines.append("  description: \(Literal.quoted(shown(note)))")
    }
    if let value = parameter.literalDefault {
      lines.append("  value: \(Literal.quoted(text(of: value)))")
    } else if !parameter.isRequired {
      lines.append("  value: \"\"")
    }
    if parameter.type != .list, !parameter.choices.isEmpty {
      let choices = parameter.choices.compactMap {
        Literal($0, asMonth: parameter.type == .month).map(text)
      }
      let all = parameter.isRequired || parameter.default != nil ? choices : [""] + choices
      lines.append("  enum: \(Literal.list(all.map(Literal.text)).json)")
    }
    return lines
  }

  /// A value as `-p` reads it.
  private static func text(of literal: Literal) -> String {
    if case .text(let text) = literal { text } else { literal.json }
  }

  private func template(for task: WorkflowTask) -> [String] {
    let taken = parameters.filter { task.parameters.contains($0.name) }
    var lines = [
      "- name: \(templateName(of: task))",
      "  inputs:",
      "    parameters: [{ name: only }]",
    ]
    if !taken.isEmpty { lines.append("    artifacts:") }
    for parameter in taken {
      let folder = parameter.isRequired || parameter.default != nil ? "given" : "optional"
      lines += [
        "      - name: \(Self.label("p-\(parameter.name)"))",
        "        path: /washi/\(folder)/\(parameter.name)",
        "        raw: { data: \"{{workflow.parameters.\(parameter.name)}}\" }",
      ]
    }
    let limits = tasks.filter { $0.notebook == task.notebook }.map(\.timeout)
    if let longest = limits.compactMap(\.self).max(), !limits.contains(nil) {
      lines.append("  activeDeadlineSeconds: \(Int(longest.rounded(.up)))")
    }
    lines += [
      "  outputs:",
      "    parameters:",
      "      - name: report",
      "        valueFrom: { path: /tmp/report, default: \"\" }",
      "  # Exit 2 (the notebook or the call is wrong) and 3 (a gate said no) come out the same again.",
      "  retryStrategy:",
      "    limit: \"\(settings.retries)\"",
      "    retryPolicy: Always",
      "    expression: \"lastRetry.exitCode != '2' && lastRetry.exitCode != '3'\"",
      "  container:",
      "    image: \(Literal.quoted(settings.image))",
      "    workingDir: \(Literal.quoted(settings.project))",
      "    command: [sh, -c]",
      "    args:",
      "      - |",
    ]
    lines += Self.script(dates: taken.filter(\.isDate)).map { "        \($0)" }
    var words = ["washi", "run", task.notebook]
    if let environment = settings.environment { words += ["--env", environment] }
    lines += words.map { "      - \(Literal.quoted($0.replacing("$", with: "$$")))" }
    lines += [
      "    env:",
      "      - { name: WASHI_ONLY, value: \"{{inputs.parameters.only}}\" }",
    ]
    if taken.contains(where: \.isDate) {
      lines.append(
        "      - { name: WASHI_DATE, value: \"{{workflow.creationTimestamp.Y}}-{{workflow.creationTimestamp.m}}-{{workflow.creationTimestamp.d}}\" }"
      )
    }
    lines += secrets.map { key in
      "      - { name: \(Literal.quoted(key)), valueFrom: { secretKeyRef: { name: \(Literal.quoted(settings.secret)), key: \(Literal.quoted(key)) } } }"
    }
    lines += [
      "    volumeMounts:",
      "      - { name: project, mountPath: \(Literal.quoted(settings.project)) }",
    ]
    return lines
  }

  /// What a task's shell does: every file is one parameter, and an empty optional one is left out.
  private static func script(dates: [WorkflowParameter]) -> [String] {
    var lines = [
      "for file in /washi/given/* /washi/optional/*; do",
      "  [ -f \"$file\" ] || continue",
      "  value=$(cat \"$file\")",
    ]
    if !dates.isEmpty {
      lines.append("  case \"${value:+given}${file##*/}\" in")
      lines += dates.map { date in
        date.type == .month
          ? "    \(date.name)) value=${WASHI_DATE%-*} ;;" : "    \(date.name)) value=$WASHI_DATE ;;"
      }
      lines.append("  esac")
    }
    return lines + [
      "  case \"$file\" in /washi/optional/*) [ -n \"$value\" ] || continue ;; esac",
      "  set -- \"$@\" -p \"${file##*/}\" \"$value\"",
      "done",
      "[ -z \"$WASHI_ONLY\" ] || set -- \"$@\" --only \"$WASHI_ONLY\"",
      "\"$0\" \"$@\" --stdout-file /tmp/report",
      "status=$?",
      "# 99 is nothing to do, which ends well here.",
      "[ \"$status\" -ne 99 ] || status=0",
      "exit \"$status\"",
    ]
  }

  // MARK: Names

  /// A label of Kubernetes for every task.
  private var labels: [String: String] {
    var taken: Set<String> = []
    var labels: [String: String] = [:]
    for (index, task) in tasks.enumerated() {
      var label = Self.label(task.name)
      if !taken.insert(label).inserted { label = "task-\(index + 1)" }
      taken.insert(label)
      labels[task.name] = label
    }
    return labels
  }

  /// A text of small letters, digits and `-`, as Kubernetes wants names.
  static func label(_ text: String) -> String {
    let mapped = text.lowercased().map { letter -> Character in
      letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "-"
    }
    var name = String(mapped.drop { $0 == "-" }.prefix(60))
    while name.hasSuffix("-") { name.removeLast() }
    return name.isEmpty ? "washi" : name
  }

  /// A text for people, without Argo's expressions.
  private static func shown(_ text: String) -> String {
    text.replacing("{{", with: "{ {")
  }
}

extension String {
  fileprivate func prefixed(_ count: Int) -> String {
    var text = String(prefix(count))
    while text.hasSuffix("-") { text.removeLast() }
    return text
  }
}
