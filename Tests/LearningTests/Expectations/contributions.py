# Makes contributions.json: SHAP values of lightgbm_training.py's model by the definition itself.
#
# For every subset of the features a tree's expected value given their values is computed by walking
# both branches, weighted by their training rows, where a feature is not in the subset; Shapley's
# formula then sums over all subsets. Nothing of LightGBM's own predict type 3 is used.
# Run with Python 3.11, lightgbm 4.7.0 in this folder: python contributions.py
import itertools, json, math, os, runpy, shutil, tempfile
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
work = tempfile.mkdtemp()
os.chdir(work)  # lightgbm_training.py writes its own file beside it
made = runpy.run_path(os.path.join(here, "lightgbm_training.py"))
model, X, part = made["model"], made["X"], made["part"]
os.chdir(here)
shutil.rmtree(work)
rows = X[part == "test"][:12]
count = X.shape[1]
trees = [t["tree_structure"] for t in model.dump_model(num_iteration=model.best_iteration)["tree_info"]]


def size(node):
    return node.get("internal_count", node.get("leaf_count"))


def goes_left(node, x):
    v = x[node["split_feature"]]
    if node["decision_type"] == "==":
        return not np.isnan(v) and str(int(v)) in node["threshold"].split("||")
    if np.isnan(v):
        if node["missing_type"] == "NaN":
            return node["default_left"]
        v = 0.0
    return v <= node["threshold"]


def value(node, x, known):
    if "leaf_value" in node:
        return node["leaf_value"]
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        return value(left if goes_left(node, x) else right, x, known)
    return (size(left) * value(left, x, known) + size(right) * value(right, x, known)) / (size(left) + size(right))


def shap(x):
    total = {s: sum(value(t, x, s) for t in trees)
             for k in range(count + 1) for s in map(frozenset, itertools.combinations(range(count), k))}
    result = []
    for f in range(count):
        phi = 0.0
        for s in total:
            if f not in s:
                weight = math.factorial(len(s)) * math.factorial(count - len(s) - 1) / math.factorial(count)
                phi += weight * (total[s | {f}] - total[s])
        result.append(phi)
    return result + [total[frozenset()]]


ours = np.array([shap(x) for x in rows])
theirs = model.predict(rows, num_iteration=model.best_iteration, pred_contrib=True)
print("farthest from LightGBM's own:", np.abs(ours - theirs).max())
json.dump(dict(made_with="the definition, on trees of lightgbm 4.7.0", rows=ours.tolist()),
          open("contributions.json", "w"), separators=(",", ":"))
