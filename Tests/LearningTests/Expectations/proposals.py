"""Writes proposals.json with Optuna 5.0.0's own sampler: what it would gain from points, given a history.

    pip install optuna==5.0.0 && python proposals.py > proposals.json
"""

import json

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.sampler import _split_trials, default_gamma
from optuna.trial import TrialState, create_trial

assert optuna.__version__ == "5.0.0"
optuna.logging.set_verbosity(optuna.logging.ERROR)

SPACE = {
    "real": FloatDistribution(-1.0, 3.0),
    "log": FloatDistribution(1e-8, 10.0, log=True),
    "whole": IntDistribution(2, 90),
    "log_whole": IntDistribution(1, 300, log=True),
    "choice": CategoricalDistribution([0, 1, 2]),
}
random = np.random.default_rng(17)


def points(count):
    # Without ties, whose order numpy's sort leaves open.
    columns = [
        random.uniform(-1, 3, count).tolist(),
        np.exp(random.uniform(np.log(1e-8), np.log(10), count)).tolist(),
        random.permutation(np.arange(2, 91))[:count].tolist(),
        random.permutation(np.arange(1, 301))[:count].tolist(),
        random.integers(0, 3, count).tolist(),
    ]
    return [list(row) for row in zip(*columns)]


cases = []
for count, running in [(10, 0), (11, 1), (25, 0), (47, 2), (80, 3)]:
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    history = []
    for number, point in enumerate(points(count)):
        parameters = dict(zip(SPACE, point))
        loss, steps = float(random.normal()), None
        if number % 3 == 2:
            steps = int(random.integers(1, 5)) * 5
        study.add_trial(
            create_trial(
                params=parameters, distributions=SPACE, value=loss if steps is None else None,
                state=TrialState.COMPLETE if steps is None else TrialState.PRUNED,
                intermediate_values={} if steps is None else {steps: loss},
            )
        )
        history.append({"point": point, "loss": loss, "steps": steps})
    # Values without ties with those of the history.
    taken = [{row["point"][index] for row in history} for index in (2, 3)]
    fresh = [
        point for point in points(60) if point[2] not in taken[0] and point[3] not in taken[1]
    ] if running else []
    pending = fresh[:running]
    for point in pending:
        study.add_trial(
            create_trial(
                params=dict(zip(SPACE, point)), distributions=SPACE, state=TrialState.RUNNING
            )
        )
    trials = study.get_trials(deepcopy=False)
    below, above = _split_trials(study, trials, default_gamma(count))
    sampler = study.sampler
    densities = [
        sampler._build_parzen_estimator(study, SPACE, group, handle_below=is_below)
        for group, is_below in ((below, True), (above, False))
    ]
    asked = points(8)
    columns = {name: np.array([point[i] for point in asked], dtype=float) for i, name in enumerate(SPACE)}
    gains = sampler._compute_acquisition_func(columns, *densities)
    cases.append(
        {"history": history, "pending": pending, "asked": asked, "gains": gains.tolist()}
    )
print(json.dumps(cases, separators=(",", ":")))
