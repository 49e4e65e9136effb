# Makes tasks.json: figures and models of several classes and of numbers.
# Run with Python 3.11, scikit-learn 1.9.1, lightgbm 4.7.0: python tasks.py
import json, warnings
import lightgbm as lgb, numpy as np
from sklearn import metrics as m
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVR

warnings.simplefilter("ignore")
rng = np.random.default_rng(5)
floats = lambda values: np.asarray(values, float).ravel().tolist()


def classes(name, p, y, w=None):
    p, y = np.asarray(p, float), np.asarray(y)
    k, called = p.shape[1], np.argmax(p, axis=1)
    figures = dict(
        accuracy=m.accuracy_score(y, called, sample_weight=w),
        kappa=m.cohen_kappa_score(y, called, sample_weight=w),
        mcc=m.matthews_corrcoef(y, called, sample_weight=w),
        log_loss=m.log_loss(y, p, sample_weight=w, labels=range(k)))
    for kind in ("macro", "weighted"):
        for figure, function in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
            figures[f"{figure}_{kind}"] = function(y, called, average=kind, sample_weight=w, zero_division=0)
    if len(set(y)) == k:
        figures["auc"] = m.roc_auc_score(y, p, multi_class="ovr", average="macro", sample_weight=w)
    return dict(name=name, classes=k, probabilities=floats(p), labels=y.tolist(),
                weights=None if w is None else floats(w), metrics={k: float(v) for k, v in figures.items()},
                confusion=[floats(row) for row in m.confusion_matrix(y, called, labels=range(k), sample_weight=w)])


def values(name, predicted, actual, w=None):
    p, y = np.asarray(predicted, float), np.asarray(actual, float)
    figures = dict(
        rmse=m.root_mean_squared_error(y, p, sample_weight=w), mae=m.mean_absolute_error(y, p, sample_weight=w),
        mape=m.mean_absolute_percentage_error(y, p, sample_weight=w), mse=m.mean_squared_error(y, p, sample_weight=w),
        median_absolute_error=m.median_absolute_error(y, p, sample_weight=w))
    if len(set(y)) > 1:
        figures["r2"] = m.r2_score(y, p, sample_weight=w)
    if min(p.min(), y.min()) >= 0:
        figures["rmsle"] = m.root_mean_squared_log_error(y, p, sample_weight=w)
    return dict(name=name, predicted=floats(p), actual=floats(y), weights=None if w is None else floats(w),
                metrics={k: float(v) for k, v in figures.items()})


def softened(n, k, digits=None):
    y = rng.integers(0, k, n)
    y[:k] = range(k)
    z = rng.normal(size=(n, k)) + 1.5 * np.eye(k)[y]
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    if digits is not None:
        p = np.round(p, digits)
        p[:, -1] = 1 - p[:, :-1].sum(axis=1)
        p = np.round(p, digits) + 0.0
    return np.clip(p, 0, 1), y


several = [classes("three", *softened(200, 3)), classes("seven", *softened(300, 7))]
p, y = softened(200, 4)
several.append(classes("weights", p, y, rng.random(200) * 3))
several.append(classes("whole weights, some 0", p, y, rng.integers(0, 3, 200).astype(float)))
several.append(classes("ties", *softened(200, 3, 1)))
p, y = softened(60, 4)
several.append(classes("a class is never there", p, np.where(y == 3, 0, y)))
p[:, 2] = 0
p /= p.sum(axis=1, keepdims=True)
several.append(classes("a class is never called", p, y))
several.append(classes("perfect", np.eye(3)[[0, 1, 2, 1]], [0, 1, 2, 1]))
several.append(classes("certain and wrong", np.eye(3)[[1, 2, 0, 0]], [0, 1, 2, 1]))
several.append(classes("constant", np.full((9, 3), 1 / 3), [0, 1, 2] * 3))

y = rng.normal(size=101) * 3
numbers = [values("ordinary", y + rng.normal(size=101), y), values("even number", (y + rng.normal(size=101))[:100], y[:100])]
numbers.append(values("weights", y + rng.normal(size=101), y, rng.random(101)))
numbers.append(values("whole weights, some 0", y + rng.normal(size=101), y, rng.integers(0, 4, 101).astype(float)))
numbers.append(values("positive", np.exp(y + 0.1), np.exp(y)))
numbers.append(values("zeros", [0.5, 0, 1, 2], [0, 0, 1, 3]))
numbers.append(values("constant", [1, 2, 3], [5, 5, 5]))
numbers.append(values("the mean", np.full(101, y.mean()), y))
numbers.append(values("one row", [2], [3]))

# Rows to learn from: numbers only, of which some are missing.
n = 600
X = rng.normal(size=(n, 5)).round(6)
value = (10 * X[:, 0] - 4 * np.abs(X[:, 1]) + X[:, 2] * X[:, 3] + rng.normal(size=n)).round(6)
label = np.digitize(value + 3 * (X[:, 4] > 1), [-6, 2])
weight = rng.integers(1, 5, n).astype(float)
test = np.arange(n) % 3 == 0
train = ~test
dense = X.copy()
X[rng.random(X.shape) < 0.05] = np.nan
base = dict(verbosity=-1, deterministic=True, force_row_wise=True, num_threads=1, seed=0, learning_rate=0.1, num_leaves=7,
            min_data_in_leaf=10)


def boosted(extra, y, rounds=30, w=None):
    parameters = base | extra
    data = lgb.Dataset(X[train], y[train], weight=None if w is None else w[train], params=parameters)
    return floats(lgb.train(parameters, data, rounds).predict(X[test]))


forest = dict(boosting="rf", objective="regression", bagging_freq=1, bagging_fraction=0.632, feature_fraction_bynode=0.3,
              num_leaves=127, min_data_in_leaf=20, min_sum_hessian_in_leaf=0)
tree = dict(objective="regression", learning_rate=1, num_leaves=31, min_data_in_leaf=20, min_sum_hessian_in_leaf=0)


def shares(extra, rounds):
    p = np.clip(np.array([boosted(extra, (label == k).astype(float), rounds) for k in range(3)]).T, 0, 1)
    return floats(p / p.sum(axis=1, keepdims=True))


balanced = (len(label[train]) / (3 * np.bincount(label[train])))[label]
models = dict(
    lightgbm_multiclass=boosted(dict(objective="multiclass", num_class=3), label),
    lightgbm_regression=boosted(dict(objective="regression"), value),
    lightgbm_regression_weighted=boosted(dict(objective="regression"), value, w=weight),
    lightgbm_multiclass_balanced=boosted(dict(objective="multiclass", num_class=3), label, w=balanced),
    lightgbm_regression_monotone=boosted(dict(objective="regression", monotone_constraints=[1, -1, 0, 0, 0]), value),
    random_forest_multiclass=shares(forest, 20), random_forest_regression=boosted(forest, value, 20),
    decision_tree_multiclass=shares(tree, 1), decision_tree_regression=boosted(tree, value, 1))
scaler = StandardScaler().fit(dense[train])
Z = scaler.transform(dense)
one = OneVsRestClassifier(LogisticRegression(solver="liblinear", tol=1e-10, max_iter=10000)).fit(Z[train], label[train])
models["logistic_regression_multiclass"] = floats(one.predict_proba(Z[test]))
for name, loss in (("svm_regression", "squared_epsilon_insensitive"),):
    models[name] = floats(LinearSVR(loss=loss, dual=False, tol=1e-10, max_iter=100000).fit(Z[train], value[train]).predict(Z[test]))
quality = dict(
    mlp_multiclass=float(np.median([m.log_loss(label[test], MLPClassifier(hidden_layer_sizes=(16,), max_iter=60, batch_size=32, random_state=s).fit(
        Z[train], label[train]).predict_proba(Z[test])) for s in range(5)])),
    mlp_regression=float(np.median([m.r2_score(value[test], MLPRegressor(hidden_layer_sizes=(16,), max_iter=60, batch_size=32, random_state=s).fit(
        Z[train], (value[train] - value[train].mean()) / value[train].std()).predict(Z[test]) * value[train].std()
        + value[train].mean()) for s in range(5)])))
json.dump(dict(
    classes=several, values=numbers,
    rows=dict(features=[[None if np.isnan(v) else float(v) for v in column] for column in X.T],
              dense=[floats(column) for column in dense.T], value=floats(value), label=label.tolist(), weight=floats(weight)),
    models=models, quality=quality), open("tasks.json", "w"), separators=(",", ":"))
print(quality, np.bincount(label[train]))
