# Makes metrics.json: figures of scikit-learn on ordinary and odd inputs.
# Run with Python 3.11, scikit-learn 1.9.1, SciPy 1.17.1: python metrics.py
import json, warnings
import numpy as np
import scipy, sklearn
from sklearn import metrics as m

warnings.simplefilter("ignore")
rng = np.random.default_rng(3)


def number(x):
    return None if x is None or not np.isfinite(x) else float(x)


def case(name, scores, labels, weights=None, threshold=0.5):
    s, y = np.array(scores, float), np.array(labels, int)
    w = None if weights is None else np.array(weights, float)
    both = len(set(y)) == 2
    called = (s >= threshold).astype(int)
    fpr, tpr, roc_t = m.roc_curve(y, s, sample_weight=w) if both else ([], [], [])
    pr = m.precision_recall_curve(y, s, sample_weight=w) if y.sum() else ([], [], [])
    full = m.roc_curve(y, s, sample_weight=w, drop_intermediate=False) if both else None
    probabilities = s.min() >= 0 and s.max() <= 1
    return dict(
        name=name, scores=s.tolist(), labels=y.tolist(),
        weights=None if w is None else w.tolist(), threshold=threshold,
        metrics=dict(
            auc=number(m.roc_auc_score(y, s, sample_weight=w)) if both else None,
            ks=number(np.abs(full[1] - full[0]).max()) if both else None,
            average_precision=number(m.average_precision_score(y, s, sample_weight=w)) if y.sum() else None,
            log_loss=number(m.log_loss(y, s, sample_weight=w, labels=[0, 1])) if probabilities else None,
            brier=number(m.brier_score_loss(y, s, sample_weight=w)) if probabilities else None,
            accuracy=number(m.accuracy_score(y, called, sample_weight=w)),
            precision=number(m.precision_score(y, called, sample_weight=w, zero_division=np.nan)),
            recall=number(m.recall_score(y, called, sample_weight=w, zero_division=np.nan)),
            f1=number(m.f1_score(y, called, sample_weight=w, zero_division=np.nan)),
            mcc=number(m.matthews_corrcoef(y, called, sample_weight=w)) if both and len(set(called)) == 2 else None,
            kappa=number(m.cohen_kappa_score(y, called, sample_weight=w, labels=[0, 1])),
        ),
        roc=[[number(a), float(b), float(c)] for a, b, c in zip(roc_t, fpr, tpr)],
        # scikit-learn gives rising thresholds and the conventional last point without one.
        pr=[[None, 0.0, 1.0]] + [
            [number(t), float(r), float(p)] for p, r, t in list(zip(pr[0], pr[1], pr[2]))[::-1]]
        if y.sum() else [],
    )


def some(n, rate=0.3, digits=None):
    y = (rng.random(n) < rate).astype(int)
    y[:2] = [0, 1]
    s = 1 / (1 + np.exp(-(rng.normal(size=n) + y - 1)))
    return (np.round(s, digits) if digits is not None else s), y


cases = []
s, y = some(500)
cases.append(case("ordinary", s, y))
cases.append(case("another threshold", s, y, threshold=0.31))
cases.append(case("weights", s, y, rng.random(500) * 3))
s, y = some(400, digits=1)
cases.append(case("ties", s, y))
cases.append(case("ties and weights", s, y, rng.integers(0, 4, 400)))
s, y = some(1000, rate=0.02, digits=3)
cases.append(case("few positives", s, y))
cases.append(case("constant scores", [0.3] * 20, [0, 1] * 10))
cases.append(case("perfect", [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]))
cases.append(case("reversed", [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1]))
cases.append(case("certain and wrong", [0, 1, 0, 1], [0, 1, 1, 0]))
cases.append(case("only negatives", [0.1, 0.6, 0.3], [0, 0, 0]))
cases.append(case("only positives", [0.1, 0.6, 0.3], [1, 1, 1]))
cases.append(case("raw scores", [-3.0, -0.5, 0.2, 4.0, 2.5], [0, 1, 0, 1, 1], threshold=0))
cases.append(case("one row", [0.7], [1]))
cases.append(case("two rows", [0.7, 0.7], [1, 0]))
json.dump(dict(made_with=f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}", cases=cases),
          open("metrics.json", "w"), separators=(",", ":"))
