# Makes lightgbm.json: a training with the Python package of LightGBM.
# Run with Python 3.11, lightgbm 4.7.0, pandas: python lightgbm_training.py
import json
import lightgbm as lgb
import numpy as np

rng = np.random.default_rng(11)
n = 900
amount = np.round(rng.lognormal(3, 1, n), 2)
age = rng.integers(18, 80, n).astype(float)
age[rng.random(n) < 0.1] = np.nan
levels = ["blue", "green", "red", "yéllow"]
colour = rng.integers(0, 4, n)
missing_colour = rng.random(n) < 0.05
owner = rng.random(n) < 0.4
logit = 0.5 * np.log(amount) - 2.2 + 0.8 * (colour == 2) - 0.6 * owner + 0.02 * np.nan_to_num(age - 45)
y = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
part = np.where(np.arange(n) % 5 == 0, "test", np.where(np.arange(n) % 5 == 1, "validation", "train"))

X = np.column_stack([amount, age, np.where(missing_colour, np.nan, colour), owner.astype(float)])
params = dict(objective="binary", metric="binary_logloss", learning_rate=0.1, num_leaves=7, min_data_in_leaf=10,
              bagging_fraction=0.8, bagging_freq=1, feature_fraction=0.75, lambda_l2=0.5,
              deterministic=True, force_row_wise=True, seed=3, num_threads=1, verbosity=-1)
names = ["amount", "age", "colour", "owner"]
train = lgb.Dataset(X[part == "train"], y[part == "train"], feature_name=names, categorical_feature=[2], params=params)
valid = lgb.Dataset(X[part == "validation"], y[part == "validation"], reference=train, params=params)
record = {}
model = lgb.train(params, train, 300, valid_sets=[train, valid], valid_names=["train", "validation"],
                  callbacks=[lgb.early_stopping(20, verbose=False), lgb.record_evaluation(record)])
nothing = lambda values, gone: [None if g else v for v, g in zip(values, gone)]
json.dump(dict(
    made_with=f"lightgbm {lgb.__version__}",
    amount=amount.tolist(), age=nothing(age.tolist(), np.isnan(age)),
    colour=nothing([levels[c] for c in colour], missing_colour), owner=owner.tolist(),
    label=y.tolist(), part=part.tolist(), best_iteration=model.best_iteration,
    train_loss=record["train"]["binary_logloss"], validation_loss=record["validation"]["binary_logloss"],
    predictions=model.predict(X[part == "test"], num_iteration=model.best_iteration).tolist(),
    gain=model.feature_importance("gain", model.best_iteration).tolist(),
    split=model.feature_importance("split", model.best_iteration).tolist(),
), open("lightgbm.json", "w"), separators=(",", ":"), ensure_ascii=False)
