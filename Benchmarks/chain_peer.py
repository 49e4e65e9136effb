"""The month as a chain of five Jupyter notebooks: accumulate, make features, split, learn, infer; each run by
papermill 2.7.0 and turned into HTML by nbconvert, as a scheduler would. Called by `tuning`.

The trials are those of the other peers. As in the pipeline that Washi replaces, every column is read, files
carry the data from one notebook to the next, the training rows are scored in every round, and the best trial
is trained again."""

import json
import pathlib
import subprocess
import sys
import time

PRELUDE = "import json, pathlib\nimport numpy as np\nimport pandas as pd\n"
NOTEBOOKS = {
    "1_accumulate": [
        "table = pd.concat([pd.read_csv(f'{data}/initial.csv')], ignore_index=True)\n"
        "table.shape",
        "table.to_parquet(f'{work}/accumulated.parquet')",
        "table.describe().T",
    ],
    "2_features": [
        "def features(table):\n"
        "    made = pd.DataFrame(index=table.index)\n"
        "    external = table[['EXT_SOURCE_1', 'EXT_SOURCE_2', 'EXT_SOURCE_3']]\n"
        "    made['external_mean'], made['external_least'] = external.mean(axis=1), external.min(axis=1)\n"
        "    for name in external: made[name] = table[name]\n"
        "    employed = table['DAYS_EMPLOYED'].replace(365243, np.nan)\n"
        "    income = table['AMT_INCOME_TOTAL'].replace(0, np.nan)\n"
        "    made['age'] = table['DAYS_BIRTH'] / -365.25\n"
        "    made['years_employed'] = employed / -365.25\n"
        "    made['employed_share'] = employed / table['DAYS_BIRTH']\n"
        "    made['years_registered'] = table['DAYS_REGISTRATION'] / -365.25\n"
        "    made['years_with_id'] = table['DAYS_ID_PUBLISH'] / -365.25\n"
        "    made['years_with_phone'] = table['DAYS_LAST_PHONE_CHANGE'] / -365.25\n"
        "    made['income'], made['credit'] = table['AMT_INCOME_TOTAL'], table['AMT_CREDIT']\n"
        "    made['annuity'], made['goods_price'] = table['AMT_ANNUITY'], table['AMT_GOODS_PRICE']\n"
        "    made['credit_to_income'] = table['AMT_CREDIT'] / income\n"
        "    made['annuity_to_income'] = table['AMT_ANNUITY'] / income\n"
        "    made['credit_to_goods'] = table['AMT_CREDIT'] / table['AMT_GOODS_PRICE']\n"
        "    made['annuity_to_credit'] = table['AMT_ANNUITY'] / table['AMT_CREDIT']\n"
        "    made['income_per_person'] = table['AMT_INCOME_TOTAL'] / table['CNT_FAM_MEMBERS']\n"
        "    for feature, name in dict(\n"
        "        contract='NAME_CONTRACT_TYPE', gender='CODE_GENDER', education='NAME_EDUCATION_TYPE',\n"
        "        family='NAME_FAMILY_STATUS', occupation='OCCUPATION_TYPE').items():\n"
        "        made[feature] = table[name].replace('XNA', None).astype('category')\n"
        "    made['region_rating'] = table['REGION_RATING_CLIENT_W_CITY']\n"
        "    made['car_age'], made['defaults_around'] = table['OWN_CAR_AGE'], table['DEF_30_CNT_SOCIAL_CIRCLE']\n"
        "    return made",
        "table = pd.read_parquet(f'{work}/accumulated.parquet')\n"
        "made = features(table)\n"
        "made[['SK_ID_CURR', 'TARGET']] = table[['SK_ID_CURR', 'TARGET']]\n"
        "made.to_parquet(f'{work}/features.parquet')",
        "new = pd.read_csv(f'{data}/20210101.csv')\n"
        "scored = features(new)\n"
        "for name in made.select_dtypes('category'):\n"
        "    scored[name] = scored[name].cat.set_categories(made[name].cat.categories)\n"
        "scored['SK_ID_CURR'] = new['SK_ID_CURR']\n"
        "scored.to_parquet(f'{work}/new.parquet')",
        "made.describe().T",
    ],
    "3_split": [
        "made = pd.read_parquet(f'{work}/features.parquet')\n"
        "made = made.merge(pd.read_csv(parts), on='SK_ID_CURR', how='inner')",
        "for part, rows in made.groupby('part'):\n"
        "    rows.drop(columns='part').to_parquet(f'{work}/{part}.parquet')",
        "made.groupby('part')['TARGET'].agg(['size', 'mean'])",
    ],
    "4_learn": [
        "import lightgbm, optuna, matplotlib.pyplot as plt\n"
        "from sklearn.metrics import RocCurveDisplay, roc_auc_score\n"
        "optuna.logging.set_verbosity(optuna.logging.WARNING)\n"
        "def rows(part):\n"
        "    table = pd.read_parquet(f'{work}/{part}.parquet')\n"
        "    return table.drop(columns=['SK_ID_CURR', 'TARGET']), table['TARGET']\n"
        "(train, known), (validation, truth), (test, answers) = rows('train'), rows('validation'), rows('test')",
        "whole = {'num_leaves', 'bagging_freq', 'min_data_in_leaf'}\n"
        "bounds = dict(lambda_l1=(1e-8, 10, True), lambda_l2=(1e-8, 10, True), num_leaves=(2, 256, False),\n"
        "    feature_fraction=(0.4, 1.0, False), bagging_fraction=(0.4, 1.0, False), bagging_freq=(1, 7, False),\n"
        "    min_data_in_leaf=(5, 100, False))\n"
        "fixed = dict(objective='binary', metric='auc', learning_rate=0.1, verbosity=-1, seed=0)\n"
        "def fit(parameters):\n"
        "    data = lightgbm.Dataset(train, known)\n"
        "    return lightgbm.train(\n"
        "        {**fixed, **parameters}, data, 1000,\n"
        "        valid_sets=[data, lightgbm.Dataset(validation, truth, reference=data)],\n"
        "        valid_names=['train', 'validation'],\n"
        "        callbacks=[lightgbm.early_stopping(50, first_metric_only=True, verbose=False)])\n"
        "def objective(trial):\n"
        "    model = fit({\n"
        "        name: trial.suggest_int(name, low, high) if name in whole\n"
        "        else trial.suggest_float(name, low, high, log=is_log)\n"
        "        for name, (low, high, is_log) in bounds.items()})\n"
        "    return model.best_score['validation']['auc']",
        "study = optuna.create_study(direction='maximize')\n"
        "table = pd.read_csv(trials)\n"
        "for row in table.to_dict('records'):\n"
        "    study.enqueue_trial({n: int(row[n]) if n in whole else float(row[n]) for n in bounds})\n"
        "study.optimize(objective, n_trials=len(table))\n"
        "study.trials_dataframe()",
        "model = fit(study.best_params)\n"
        "model.save_model(f'{work}/model.txt')\n"
        "scores = model.predict(test)\n"
        "auc = roc_auc_score(answers, scores)\n"
        "pathlib.Path(work, 'auc.json').write_text(json.dumps(auc))\n"
        "auc",
        "RocCurveDisplay.from_predictions(answers, scores)\nplt.show()",
        "lightgbm.plot_importance(model)\nplt.show()",
    ],
    "5_infer": [
        "import lightgbm\n"
        "new = pd.read_parquet(f'{work}/new.parquet')\n"
        "model = lightgbm.Booster(model_file=f'{work}/model.txt')\n"
        "new['score'] = model.predict(new.drop(columns='SK_ID_CURR'))\n"
        "new[['SK_ID_CURR', 'score']].to_csv(f'{work}/pred_20210101.csv', index=False)",
        "new['score'].describe()",
    ],
}


def notebook(cells):
    def cell(source, tags=()):
        return {
            "cell_type": "code", "execution_count": None, "metadata": {"tags": list(tags)},
            "outputs": [], "source": source,
        }

    parameters = cell("data = work = parts = trials = ''", ["parameters"])
    return {
        "cells": [parameters, cell(PRELUDE), *map(cell, cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4, "nbformat_minor": 4,
    }


def main():
    data, trials, parts, work = sys.argv[1:]
    work = pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    tools = pathlib.Path(sys.executable).parent
    given = {"data": data, "trials": trials, "parts": parts, "work": str(work)}
    parameters = [word for pair in given.items() for word in ("-p", *pair)]
    start = time.perf_counter()
    for name, cells in NOTEBOOKS.items():
        (work / f"{name}.ipynb").write_text(json.dumps(notebook(cells)))
        subprocess.run(
            [
                tools / "papermill", "--no-progress-bar", "-k", "python3", work / f"{name}.ipynb",
                work / f"{name}_done.ipynb", *parameters,
            ],
            check=True,
        )
    ran = time.perf_counter()
    for name in NOTEBOOKS:
        subprocess.run(
            [tools / "jupyter", "nbconvert", "--to", "html", "--log-level", "ERROR", work / f"{name}_done.ipynb"],
            check=True,
        )
    done = time.perf_counter()
    auc = json.loads((work / "auc.json").read_text())
    print(f"notebooks={ran - start:.3f} html={done - ran:.3f} test_auc={auc:.6f}")


main()
