"""What Airflow makes of the exported DAGs; run by `check`."""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys

AIRFLOW = sys.argv[1]
HOME = pathlib.Path(os.environ["AIRFLOW_HOME"])
PROJECT = pathlib.Path(os.environ["WASHI_PROJECT"])
HOSTILE = """'; touch pwned; echo "{{ params.times }} $(touch pwned) ${HOME} `touch pwned` \\ 日本 007"""
failures = []


def check(condition, what):
    print(("ok   " if condition else "FAIL ") + what, flush=True)
    if not condition:
        failures.append(what)


def dag_test(dag, conf=None, date=None):
    """Runs a DAG; gives the exit code, the tasks' states and tries, the XComs and what was said."""
    before = {row for row in query("SELECT run_id, dag_id FROM dag_run")}
    words = [AIRFLOW, "dags", "test", dag] + ([date] if date else [])
    words += ["-c", json.dumps(conf)] if conf is not None else []
    done = subprocess.run(words, capture_output=True, text=True)
    runs = [row for row in query("SELECT run_id, dag_id, state FROM dag_run") if row[:2] not in before]
    run = next((row[0] for row in runs if row[1] == dag), None)
    tasks = {
        name: (state, tries)
        for name, state, tries in query(
            "SELECT task_id, state, try_number FROM task_instance WHERE dag_id = ? AND run_id = ?", dag, run
        )
    }
    xcoms = {
        name: json.loads(value)
        for name, value in query(
            "SELECT task_id, value FROM xcom WHERE dag_id = ? AND run_id = ? AND key = 'return_value'", dag, run
        )
    }
    return done.returncode, tasks, xcoms, done.stdout + done.stderr


def query(sql, *values):
    with sqlite3.connect(HOME / "airflow.db") as db:
        return db.execute(sql, values).fetchall()


def report(path):
    return json.loads((PROJECT / path).with_name("report.json").read_text())


def states(tasks):
    return {name: state for name, (state, _) in tasks.items()}


# A good run: defaults, then values that a shell, Jinja and YAML would each like to read.
code, tasks, xcoms, said = dag_test("whole", {})
check(code == 0 and states(tasks) == {"whole": "success"}, f"defaults succeed: {code} {tasks}")
if code:
    print(said[-4000:])
check(xcoms.get("whole", "").endswith("whole/2021-01/v1/index.html"), f"the XCom is the report's path: {xcoms}")

given = {"name": HOSTILE, "times": 2, "kind": "retail", "month": "2020-11", "words": ["x, y", "'z'", "{{ 1 }}"]}
code, tasks, xcoms, said = dag_test("whole", given)
check(code == 0, f"hostile values succeed: {code} {tasks}")
if code == 0:
    facts = report(xcoms["whole"])
    values = {name: one.get("value") for name, one in facts["parameters"].items()}
    check(values["name"] == HOSTILE, f"a hostile text stays what it is: {values['name']!r}")
    check(values["kind"] == "retail" and str(values["times"]) == "2", f"other values arrive: {values}")
    check(facts["metrics"]["figures.letters"]["value"] == len(HOSTILE), "the text is whole")
check(not list(PROJECT.rglob("pwned")) and not list(HOME.rglob("pwned")), "nothing of it was executed")

# Bad parameters are refused by JSON Schema, before any task.
for bad in [{"times": 99}, {"times": "many"}, {"kind": "cash"}, {"month": "2021-13"}, {"name": 7}, {"words": "a"}]:
    code, tasks, _, said = dag_test("whole", bad)
    check(code == 1 and not tasks, f"{bad} is refused: {code} {tasks}")

# The run's date in the zone of the schedule: 31 January, 20:00 UTC is February in Tokyo.
code, tasks, xcoms, said = dag_test("dated", {}, "2025-01-31T20:00:00")
check(code == 0, f"a dated run succeeds: {code} {tasks}")
check("/2025-02/" in str(xcoms), f"the month is that of the run in its zone: {xcoms}")

# Step by step: handed over by the cache, published by the last.
code, tasks, xcoms, said = dag_test("steps", {})
check(code == 0 and set(states(tasks).values()) == {"success"}, f"steps succeed: {code} {tasks}")
if code:
    print(said[-4000:])
check(set(xcoms) == {"publish"} and xcoms["publish"].endswith("/index.html"), f"the last one publishes: {xcoms}")
check(set(tasks) == {"numbers", "doubled", "extra", "after_extra", "judged", "publish"}, "a task for each step")

# Skipped: exit 99; what needs it is skipped, the rest goes on.
code, tasks, xcoms, said = dag_test("steps", {"wanted": False})
check(
    code == 0
    and states(tasks)
    == {
        "numbers": "success",
        "doubled": "success",
        "extra": "skipped",
        "after_extra": "skipped",
        "judged": "success",
        "publish": "success",
    },
    f"a condition that fails skips: {code} {tasks}",
)

# Refused: exit 3 fails at once although there are retries.
code, tasks, xcoms, said = dag_test("steps", {"limit": 5})
check(tasks.get("judged") == ("failed", 1), f"a refused gate fails without retry: {tasks.get('judged')}")
check(tasks.get("publish", ("", 0))[0] == "upstream_failed" and "publish" not in xcoms, "nothing is published")

# Failed: exit 1.
code, tasks, xcoms, said = dag_test("quick", {"is_bad": True})
check(
    tasks.get("doubled", ("", 0))[0] == "failed" and tasks.get("publish", ("", 0))[0] == "upstream_failed",
    f"a failing step fails its task: {tasks}",
)
check("the switch is off" in said, "the log says why")

# The blog's four notebooks, given in the wrong order.
code, tasks, xcoms, said = dag_test("credit.pipeline", {"rounds": 20})
check(code == 0 and set(tasks) == {"accumulate", "features", "learn", "infer"}, f"the pipeline runs: {code} {tasks}")
if code:
    print(said[-4000:])
else:
    check((PROJECT / xcoms["infer"]).with_name("artifacts").joinpath("pred_20210101.csv").exists(), "predictions are there")

# Pods cannot run here: the file loads, and the exit code decides as it should.
sys.path.insert(0, os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
import pods  # noqa: E402
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException  # noqa: E402
from kubernetes.client import models as k8s  # noqa: E402


def pod(code):
    state = k8s.V1ContainerState(terminated=k8s.V1ContainerStateTerminated(exit_code=code))
    status = k8s.V1ContainerStatus(
        name="base", image="", image_id="", ready=False, restart_count=0, state=state
    )
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(name="p", namespace="d", labels={}, annotations={}),
        status=k8s.V1PodStatus(phase="Failed" if code else "Succeeded", container_statuses=[status]),
    )


for code, kind in [(1, AirflowException), (2, AirflowFailException), (3, AirflowFailException), (99, AirflowSkipException)]:
    task = pods.numbers
    task.process_pod_deletion = lambda *args, **kwargs: True
    task.patch_already_checked = lambda *args, **kwargs: None
    task.is_istio_enabled = lambda *args, **kwargs: False
    task.log_events_on_failure = False
    try:
        task.cleanup(pod(code), pod(code))
        ended = None
    except Exception as error:
        ended = type(error)
    check(ended is kind, f"a pod that ends with {code}: {ended}")

print(f"{len(failures)} failed" if failures else "all is well")
sys.exit(1 if failures else 0)
