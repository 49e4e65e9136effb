"""The same trials in Python: polars reads the columns that are needed, Optuna runs two trials side by
side on one LightGBM thread each, one binned data set, the best model is kept. Called by `tuning`."""

import csv
import sys
import threading

import lightgbm
import numpy
import optuna
import polars
from polars import col

initial, trials, parts = sys.argv[1:]
optuna.logging.set_verbosity(optuna.logging.WARNING)

employed = polars.when(col("DAYS_EMPLOYED") == 365243).then(None).otherwise(col("DAYS_EMPLOYED"))
income = polars.when(col("AMT_INCOME_TOTAL") == 0).then(None).otherwise(col("AMT_INCOME_TOTAL"))
external = [col("EXT_SOURCE_1"), col("EXT_SOURCE_2"), col("EXT_SOURCE_3")]
TEXTS = {
    "contract": "NAME_CONTRACT_TYPE", "gender": "CODE_GENDER", "education": "NAME_EDUCATION_TYPE",
    "family": "NAME_FAMILY_STATUS", "occupation": "OCCUPATION_TYPE",
}
NUMBERS = {
    "external_mean": polars.mean_horizontal(external),
    "external_least": polars.min_horizontal(external),
    "EXT_SOURCE_1": external[0], "EXT_SOURCE_2": external[1], "EXT_SOURCE_3": external[2],
    "age": col("DAYS_BIRTH") / -365.25, "years_employed": employed / -365.25,
    "employed_share": employed / col("DAYS_BIRTH"),
    "years_registered": col("DAYS_REGISTRATION") / -365.25,
    "years_with_id": col("DAYS_ID_PUBLISH") / -365.25,
    "years_with_phone": col("DAYS_LAST_PHONE_CHANGE") / -365.25,
    "income": col("AMT_INCOME_TOTAL"), "credit": col("AMT_CREDIT"), "annuity": col("AMT_ANNUITY"),
    "goods_price": col("AMT_GOODS_PRICE"), "credit_to_income": col("AMT_CREDIT") / income,
    "annuity_to_income": col("AMT_ANNUITY") / income,
    "credit_to_goods": col("AMT_CREDIT") / col("AMT_GOODS_PRICE"),
    "annuity_to_credit": col("AMT_ANNUITY") / col("AMT_CREDIT"),
    "income_per_person": col("AMT_INCOME_TOTAL") / col("CNT_FAM_MEMBERS"),
}
REST = {
    "region_rating": col("REGION_RATING_CLIENT_W_CITY"), "car_age": col("OWN_CAR_AGE"),
    "defaults_around": col("DEF_30_CNT_SOCIAL_CIRCLE"),
}
features = (
    [expression.cast(polars.Float64).alias(name) for name, expression in NUMBERS.items()]
    + [col(name).replace("XNA", None).alias(feature) for feature, name in TEXTS.items()]
    + [expression.cast(polars.Float64).alias(name) for name, expression in REST.items()]
)
names = [*NUMBERS, *TEXTS, *REST]
table = (
    polars.scan_csv(initial, infer_schema_length=10_000)
    .select("SK_ID_CURR", "TARGET", *features)
    # The order of the rows decides which of them are sampled.
    .join(polars.scan_csv(parts), on="SK_ID_CURR", how="left", maintain_order="left")
    .collect()
)
# Codes in the order of the texts: those of polars' Categorical depend on which thread read first.
table = table.with_columns(
    col(name)
    .cast(polars.Enum(table[name].drop_nulls().unique().sort()))
    .to_physical()
    .cast(polars.Float64)
    for name in TEXTS
)


def rows(part):
    chosen = table.filter(col("part") == part)
    return chosen.select(names).to_numpy(), chosen["TARGET"].to_numpy()


fixed = {
    "objective": "binary", "metric": "auc", "learning_rate": 0.1, "verbosity": -1, "seed": 0,
    "num_threads": 1, "deterministic": True, "force_row_wise": True, "feature_pre_filter": False,
}
categorical = [names.index(name) for name in TEXTS]
data, labels = rows("train")
train = lightgbm.Dataset(
    data, labels, feature_name=names, categorical_feature=categorical,
    params={**fixed, "num_threads": 2}, free_raw_data=False,
).construct()
data, labels = rows("validation")
validation = lightgbm.Dataset(
    data, labels, reference=train, params=fixed, free_raw_data=False
).construct()
test, truth = rows("test")

BOUNDS = {
    "lambda_l1": (1e-8, 10, True), "lambda_l2": (1e-8, 10, True), "num_leaves": (2, 256, False),
    "feature_fraction": (0.4, 1.0, False), "bagging_fraction": (0.4, 1.0, False),
    "bagging_freq": (1, 7, False), "min_data_in_leaf": (5, 100, False),
}
WHOLE = {"num_leaves", "bagging_freq", "min_data_in_leaf"}
best = {"value": -1.0, "model": None, "rounds": 0}
preparing = threading.Lock()


def objective(trial):
    parameters = {
        name: trial.suggest_int(name, low, high)
        if name in WHOLE
        else trial.suggest_float(name, low, high, log=is_log)
        for name, (low, high, is_log) in BOUNDS.items()
    }
    # Two threads must not prepare one data set at the same time.
    with preparing:
        model = lightgbm.Booster({**fixed, **parameters}, train)
        model.add_valid(validation, "validation")
    value, rounds = -1.0, 0
    for number in range(1, 1001):
        model.update()
        auc = model.eval_valid()[0][2]
        if auc > value:
            value, rounds = auc, number
        if number - rounds >= 50:
            break
    if value > best["value"]:
        best.update(value=value, model=model, rounds=rounds)
    return value


study = optuna.create_study(direction="maximize")
with open(trials, newline="") as file:
    for row in csv.DictReader(file):
        study.enqueue_trial(
            {name: int(row[name]) if name in WHOLE else float(row[name]) for name in BOUNDS}
        )
study.optimize(objective, n_trials=len(study.get_trials()), n_jobs=2)
model = best["model"]
scores = model.predict(test, num_iteration=best["rounds"], num_threads=2)

order = numpy.argsort(scores, kind="stable")
ranks = numpy.empty(len(scores))
values, starts, counts = numpy.unique(scores[order], return_index=True, return_counts=True)
ranks[order] = numpy.repeat(starts + (counts + 1) / 2, counts)
positives = truth.sum()
auc = (ranks[truth == 1].sum() - positives * (positives + 1) / 2) / positives / (len(truth) - positives)
print(f"best={best['value']:.6f} rounds={best['rounds']} test_auc={auc:.6f}")
