internal import Parsing
internal import Planning
internal import Vocabulary

extension Workflow {
  /// Where Airflow's tasks run.
  public enum Runner: String, Sendable, Hashable, CaseIterable {
    /// On the worker, by a shell.
    case bash
    /// In a pod of its own.
    case kubernetes
  }

  /// A DAG file for Airflow 3; equal workflows give equal text.
  ///
  /// Parameters are checked by JSON Schema before a run begins. Their values reach `washi` in an
  /// environment variable that neither Jinja nor the shell reads as anything but text.
  public func airflowFile(by runner: Runner) -> String {
    ([heading(runner), constants(runner), operatorText(runner)] + [dagText]).joined(separator: "\n")
  }

  // MARK: The file from top to bottom

  private func heading(_ runner: Runner) -> String {
    var imports: [String]
    switch runner {
    case .bash:
      imports = [
        "import json", "import os", "import shlex", "from datetime import timedelta",
        "from functools import cached_property", "", "import pendulum",
        "from airflow.providers.standard.hooks.subprocess import SubprocessHook",
        "from airflow.providers.standard.operators.bash import BashOperator",
      ]
    case .kubernetes:
      imports = [
        "import base64", "import json", "import os", "from datetime import timedelta", "",
        "import pendulum",
        "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator",
      ]
    }
    let timetable = schedule == nil ? "" : "CronTriggerTimetable, "
    imports.append("from airflow.sdk import DAG, \(timetable)Param")
    imports.append(
      runner == .bash
        ? "from airflow.sdk.exceptions import AirflowFailException"
        : "from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException"
    )
    if runner == .kubernetes { imports.append("from kubernetes.client import models as k8s") }
    return """
      # Written by `washi export airflow`. Write it again when parameters, steps or schedule change.
      \(imports.joined(separator: "\n"))

      """
  }

  private func constants(_ runner: Runner) -> String {
    let project = Literal.quoted(settings.project)
    switch runner {
    case .bash:
      return """
        WASHI = os.environ.get("WASHI", "washi")
        PROJECT = os.environ.get("WASHI_PROJECT", \(project))

        """
    case .kubernetes:
      let keys = secrets.map(Literal.quoted).joined(separator: ", ")
      return """
        IMAGE = os.environ.get("WASHI_IMAGE", \(Literal.quoted(settings.image)))
        NAMESPACE = os.environ.get("WASHI_NAMESPACE", "default")
        PROJECT = \(project)  # where the volume with the project is mounted
        CLAIM = \(Literal.quoted(settings.claim))
        SECRET = \(Literal.quoted(settings.secret))
        SECRET_KEYS = [\(keys)]

        """
    }
  }

  private func operatorText(_ runner: Runner) -> String {
    let date = hasDate ? Self.dateText : ""
    let values =
      hasDate
      ? "values = with_date(context, self.parameters)"
      : "values = {name: context[\"params\"][name] for name in self.parameters}"
    switch runner {
    case .bash: return date + Self.bashText(values)
    case .kubernetes: return date + Self.podText(values)
    }
  }

  private var hasDate: Bool { parameters.contains(where: \.isDate) }

  private static let dateText = """

    def with_date(context, parameters):
        \"\"\"The run's parameters; one that is the run's date is the date in the DAG's time zone.\"\"\"
        run = context["dag_run"]
        when = pendulum.instance(run.logical_date or run.run_after).in_timezone(ZONE)
        values = {name: context["params"][name] for name in parameters}
        for name, form in DATES.items():
            if name in values and values[name] is None:
                values[name] = when.strftime(form)
        return values


    """

  private static func bashText(_ values: String) -> String {
    """

    class Outcome(SubprocessHook):
        \"\"\"Exit 2 (the notebook or the call is wrong) and 3 (a gate said no) come out the same again.\"\"\"

        def run_command(self, *args, **kwargs):
            result = super().run_command(*args, **kwargs)
            if result.exit_code in (2, 3):
                why = "a gate said no" if result.exit_code == 3 else "the notebook or the call is wrong"
                raise AirflowFailException(f"{why} (exit {result.exit_code}); not tried again")
            return result


    class Washi(BashOperator):
        \"\"\"A call of `washi run`: exit 99 is a skipped task, the path of the report is the XCom.

        Values travel as JSON in an environment variable, so that neither Jinja nor the shell reads them.
        Secrets come from the worker's own environment.
        \"\"\"

        template_fields = ()

        def __init__(self, *, notebook, parameters, options=(), **kwargs):
            words = [WASHI, "run", notebook, *options]
            super().__init__(
                bash_command=shlex.join(words) + ' -y "$WASHI_PARAMETERS"',
                append_env=True,
                cwd=PROJECT,
                skip_on_exit_code=99,
                **kwargs,
            )
            self.parameters = parameters

        @cached_property
        def subprocess_hook(self):
            return Outcome()

        def execute(self, context):
            \(values)
            given = {name: value for name, value in values.items() if value is not None}
            self.env = {"WASHI_PARAMETERS": json.dumps(given, ensure_ascii=False)}
            return super().execute(context)


    """
  }

  private static func podText(_ values: String) -> String {
    """

    # The report's path, the last line of standard output, becomes the XCom.
    SCRIPT = r\"\"\"
    cd "$0" || exit 1
    report=$(washi "$@" -b "$WASHI_PARAMETERS"); status=$?
    mkdir -p /airflow/xcom
    printf '%s' "$report" | tail -n 1 | sed 's/[\\\\"]/\\\\&/g; s/.*/"&"/' > /airflow/xcom/return.json
    [ -s /airflow/xcom/return.json ] || echo null > /airflow/xcom/return.json
    exit "$status"
    \"\"\"


    def exit_code(pod):
        \"\"\"How the container of washi ended, when that is known.\"\"\"
        for status in (pod and pod.status and pod.status.container_statuses) or []:
            if status.name == "base" and status.state and status.state.terminated:
                return status.state.terminated.exit_code
        return None


    class Washi(KubernetesPodOperator):
        \"\"\"A call of `washi run` in a pod: exit 99 is a skipped task, the path of the report is the XCom.

        Values travel as base64 in an environment variable: neither Jinja, the shell nor Kubernetes' own
        $(NAME) reads them. Secrets are keys of a Kubernetes secret.
        \"\"\"

        template_fields = ()

        def __init__(self, *, notebook, parameters, options=(), do_xcom_push=True, **kwargs):
            secret = lambda key: k8s.V1EnvVarSource(
                secret_key_ref=k8s.V1SecretKeySelector(name=SECRET, key=key)
            )
            super().__init__(
                image=IMAGE,
                namespace=NAMESPACE,
                cmds=["sh", "-c", SCRIPT, PROJECT.replace("$", "$$")],
                arguments=[word.replace("$", "$$") for word in ("run", notebook, *options)],
                env_vars=[k8s.V1EnvVar(name=key, value_from=secret(key)) for key in SECRET_KEYS],
                volumes=[
                    k8s.V1Volume(
                        name="project",
                        persistent_volume_claim=k8s.V1PersistentVolumeClaimVolumeSource(claim_name=CLAIM),
                    )
                ],
                volume_mounts=[k8s.V1VolumeMount(name="project", mount_path=PROJECT)],
                skip_on_exit_code=99,
                do_xcom_push=do_xcom_push,
                **kwargs,
            )
            self.parameters = parameters

        def execute(self, context):
            \(values)
            given = {name: value for name, value in values.items() if value is not None}
            text = base64.b64encode(json.dumps(given, ensure_ascii=False).encode()).decode()
            self.env_vars = [*self.env_vars, k8s.V1EnvVar(name="WASHI_PARAMETERS", value=text)]
            return super().execute(context)

        def cleanup(self, pod, remote_pod, *args, **kwargs):
            \"\"\"Exit 2 (the notebook or the call is wrong) and 3 (a gate said no) come out the same again.\"\"\"
            try:
                super().cleanup(pod, remote_pod, *args, **kwargs)
            except AirflowSkipException:
                raise
            except AirflowException as failure:
                code = exit_code(remote_pod)
                if code in (2, 3):
                    why = "a gate said no" if code == 3 else "the notebook or the call is wrong"
                    raise AirflowFailException(f"{why} (exit {code}); not tried again") from failure
                raise


    """
  }

  // MARK: The DAG

  private var dagText: String {
    let zone = schedule?.timezone ?? "UTC"
    var lines: [String] = []
    if hasDate {
      let dates = parameters.filter(\.isDate).map {
        Literal.Entry(key: $0.name, value: .text($0.type == .month ? "%Y-%m" : "%Y-%m-%d"))
      }
      lines += ["ZONE = \(Literal.quoted(zone))", "DATES = \(Literal.map(dates).python)", ""]
    }
    lines += ["with DAG(", "    dag_id=\(Literal.quoted(name)),"]
    if title != name { lines.append("    dag_display_name=\(Literal.quoted(title)),") }
    if let description { lines.append("    description=\(Literal.quoted(description)),") }
    if let schedule {
      lines.append(
        "    schedule=CronTriggerTimetable(\(Literal.quoted(schedule.cron)), timezone=\(Literal.quoted(zone))),"
      )
    } else {
      lines.append("    schedule=None,")
    }
    lines.append("    start_date=pendulum.datetime(2024, 1, 1, tz=\(Literal.quoted(zone))),")
    lines.append("    catchup=False,")
    lines.append("    max_active_runs=1,")
    if !tags.isEmpty {
      lines.append("    tags=\(Literal.list(tags.map(Literal.text)).python),")
    }
    lines.append("    default_args={")
    if let owner { lines.append("        \"owner\": \(Literal.quoted(owner)),") }
    lines.append("        \"retries\": \(settings.retries),")
    lines.append("        \"retry_delay\": timedelta(minutes=1),")
    lines.append("    },")
    lines.append("    params={")
    lines += parameters.map { "        \(Literal.quoted($0.name)): \(Self.param($0))," }
    lines.append("    },")
    lines.append("):")
    let variables = variables
    for task in tasks { lines += taskText(task, as: variables[task.name] ?? "task") }
    let edges = tasks.compactMap { task -> String? in
      guard let variable = variables[task.name], !task.follows.isEmpty else { return nil }
      let before = task.follows.compactMap { variables[$0] }
      return before.count == 1
        ? "    \(before[0]) >> \(variable)"
        : "    [\(before.joined(separator: ", "))] >> \(variable)"
    }
    if !edges.isEmpty { lines += [""] + edges }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func param(_ parameter: WorkflowParameter) -> String {
    var words: [String] = []
    if let value = parameter.literalDefault {
      words.append(value.python)
    } else if !parameter.isRequired {
      words.append("None")
    }
    for entry in parameter.schema { words.append("\(entry.key)=\(entry.value.python)") }
    if let note = parameter.note { words.append("description=\(Literal.quoted(note))") }
    return "Param(\(words.joined(separator: ", ")))"
  }

  private func taskText(_ task: WorkflowTask, as variable: String) -> [String] {
    var options: [String] = []
    if let environment = settings.environment { options += ["--env", environment] }
    if let step = task.step { options += ["--only", step] }
    var lines = [
      "", "    # \(Self.commented(task.summary))", "    \(variable) = Washi(",
      "        task_id=\(Literal.quoted(task.name)),",
      "        notebook=\(Literal.quoted(task.notebook)),",
      "        parameters=\(Literal.list(task.parameters.map(Literal.text)).python),",
    ]
    if !options.isEmpty {
      lines.append("        options=\(Literal.list(options.map(Literal.text)).python),")
    }
    // A part of a run publishes nothing.
    if task.step != nil { lines.append("        do_xcom_push=False,") }
    if let timeout = task.timeout {
      lines.append(
        "        execution_timeout=timedelta(seconds=\(Literal.number(timeout).python)),")
    }
    if task.toleratesSkips { lines.append("        trigger_rule=\"none_failed\",") }
    return lines + ["    )"]
  }

  /// A text as a comment of one line.
  private static func commented(_ text: String) -> String {
    String(Literal.quoted(text).dropFirst().dropLast()).replacing("\\\"", with: "\"")
  }

  /// A Python name for every task.
  private var variables: [String: String] {
    var taken = Self.reserved
    var variables: [String: String] = [:]
    for (index, task) in tasks.enumerated() {
      var name = String(
        task.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
      if name.first?.isNumber ?? true { name = "task_\(name)" }
      if taken.contains(name) { name = "\(name)_task" }
      if taken.contains(name) { name = "task_\(index + 1)" }
      taken.insert(name)
      variables[task.name] = name
    }
    return variables
  }

  /// Python's keywords, and the names that the file uses itself.
  private static let reserved: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in",
    "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
    "json", "os", "shlex", "base64", "timedelta", "cached_property", "pendulum", "k8s", "DAG",
    "Param", "CronTriggerTimetable", "Washi", "Outcome", "WASHI", "PROJECT", "IMAGE", "NAMESPACE",
    "CLAIM", "SECRET", "SECRET_KEYS", "SCRIPT", "ZONE", "DATES", "exit_code", "with_date",
    "BashOperator", "SubprocessHook", "KubernetesPodOperator", "AirflowException",
    "AirflowFailException", "AirflowSkipException", "super", "print", "dict", "list", "str",
  ]
}
