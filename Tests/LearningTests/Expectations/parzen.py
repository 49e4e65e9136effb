"""Writes the densities of parzen.json with Optuna 5.0.0's own estimator.

    pip install optuna==5.0.0 && python parzen.py > parzen.json
"""

import json

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

assert optuna.__version__ == "5.0.0"

SPACE = {
    "real": FloatDistribution(-1.0, 3.0),
    "log": FloatDistribution(1e-8, 10.0, log=True),
    "whole": IntDistribution(2, 40),
    "log_whole": IntDistribution(1, 300, log=True),
    "choice": CategoricalDistribution(["a", "b", "c"]),
}


def points(random, count):
    return {
        "real": random.uniform(-1, 3, count),
        "log": np.exp(random.uniform(np.log(1e-8), np.log(10), count)),
        # Without ties, whose order numpy's sort leaves open.
        "whole": random.permutation(np.arange(2.0, 41))[:count],
        "log_whole": random.permutation(np.arange(1.0, 301))[:count],
        "choice": random.integers(0, 3, count).astype(float),
    }


def rows(columns):
    return [list(row) for row in zip(*(columns[name].tolist() for name in SPACE))]


cases = []
for count in [0, 1, 2, 7, 38]:
    random = np.random.default_rng(count)
    seen, asked = points(random, count), points(random, 6)
    parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
    estimator = _ParzenEstimator(seen, SPACE, parameters)
    cases.append(
        {"points": rows(seen), "asked": rows(asked), "log_density": estimator.log_pdf(asked).tolist()}
    )
print(json.dumps(cases, separators=(",", ":")))
