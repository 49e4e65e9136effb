"""A model of Washi as MLflow's python_function: raw columns in, the columns of `washi predict` out.

The folder beside this file holds the model as Washi keeps it (docs/models.md); numbers are made in the
same order as Washi makes them, so that scores are equal to the last bit. Needs numpy and pandas, and
LightGBM for trees.
"""

import json
import math
import os

import numpy as np
import pandas as pd


def _load_pyfunc(path):
    """Called by MLflow with the path of the folder that `data` names."""
    return Model(path)


class Model:
    """A model that was read from its folder."""

    def __init__(self, folder):
        def read(name):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                return json.load(file)

        self.encoder = read("encoder.json")
        manifest = read("model.json")
        self.algorithm = manifest["algorithm"]
        self.target = manifest["target"]
        self.booster = self.linear = self.network = None
        if self.algorithm in ("lightgbm", "random_forest", "decision_tree"):
            import lightgbm

            self.booster = lightgbm.Booster(model_file=os.path.join(folder, "model.txt"))
        elif self.algorithm in ("logistic_regression", "svm"):
            self.linear = read("linear.json")
        else:
            self.network = read("network.json")

    def predict(self, model_input, params=None):
        """Scores of a table with the columns that the model reads, in any order and among others."""
        if not isinstance(model_input, pd.DataFrame):
            names = [column["name"] for column in self.encoder["columns"]]
            model_input = pd.DataFrame(model_input, columns=None if isinstance(model_input, dict) else names)
        scores = self.scores(self.features(model_input))
        return self._answer(scores, model_input.index)

    def features(self, table):
        """The numbers that the model reads, one row each; NaN where a value is missing."""
        missing = [c["name"] for c in self.encoder["columns"] if c["name"] not in table.columns]
        if missing:
            raise ValueError("the table lacks columns that the model reads: " + ", ".join(missing))
        parts = []
        for column in self.encoder["columns"]:
            parts.extend(self._features(table[column["name"]], column))
        if not parts:
            return np.empty((len(table), 0))
        return np.column_stack(parts).astype(np.float64, copy=False)

    def _features(self, series, column):
        if column["kind"] != "category":
            numbers = _numbers(series, column["kind"])
            fill = self.encoder.get("missing_number")
            if fill is not None:
                numbers = np.where(np.isnan(numbers), float(fill), numbers)
            return [numbers]
        codes = {level: place for place, level in enumerate(column["levels"])}
        fill = self.encoder.get("missing_text")
        found = np.array([_code(value, codes, fill) for value in series.tolist()], dtype=np.float64)
        if self.encoder["categorical"] == "native":
            return [found]
        first = 1 if self.encoder["drop_first"] else 0
        return [(found == place).astype(np.float64) for place in range(first, len(column["levels"]))]

    def scores(self, features):
        """One number for each row, or one for each of several classes."""
        if self.booster is not None:
            scores = self.booster.predict(features)
            if self.algorithm == "lightgbm":
                return scores
            if self.target["task"] == "regression":
                return scores
            if self.target["task"] == "binary":
                return np.clip(scores, 0, 1)
            return _normalized(scores)
        part = self.linear if self.linear is not None else self.network
        inputs = _standardized(features, part["standardizer"])
        return _linear(inputs, part) if self.linear is not None else _network(inputs, part)

    def _answer(self, scores, index):
        if self.target["task"] == "regression":
            return pd.DataFrame({"prediction": scores}, index=index)
        labels = [_label(text, self.target["type"]) for text in self.target["classes"]]
        if self.target["task"] == "binary":
            chosen = [labels[1] if score >= 0.5 else labels[0] for score in scores]
            return pd.DataFrame({"score": scores, "label": chosen}, index=index)
        columns, used = {}, {"score", "label"}
        for place, name in enumerate(self.target["classes"]):
            base = unique = "score_" + name
            number = 2
            while unique.lower() in used:
                unique = f"{base}_{number}"
                number += 1
            used.add(unique.lower())
            columns[unique] = scores[:, place]
        best = np.argmax(scores, axis=1)
        columns["score"] = scores[np.arange(len(scores)), best]
        columns["label"] = [labels[place] for place in best]
        return pd.DataFrame(columns, index=index)


def _is_missing(value):
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _code(value, codes, fill):
    if _is_missing(value):
        return codes.get(fill, math.nan) if fill is not None else math.nan
    if isinstance(value, (bool, np.bool_)):
        return codes.get("true" if value else "false", math.nan)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if text not in codes and isinstance(value, float) and value.is_integer():
        # Whole numbers with gaps arrive as floats.
        text = str(int(value))
    return codes.get(text, math.nan)


def _numbers(series, kind):
    if kind in ("date", "time"):
        return _times(series, kind)
    if series.dtype == object or isinstance(series.dtype, pd.StringDtype):
        series = series.map(lambda value: float(value) if isinstance(value, (bool, np.bool_)) else value)
    return pd.to_numeric(series, errors="coerce").astype("float64").to_numpy(copy=True)


def _times(series, kind):
    if pd.api.types.is_timedelta64_dtype(series):
        micro = series.to_numpy().astype("timedelta64[us]")
        numbers = micro.astype("int64") / 1_000_000
        return np.where(np.isnat(micro), np.nan, numbers)
    if series.dtype == object and series.map(lambda value: hasattr(value, "hour") and not hasattr(value, "year")).any():
        def seconds(value):
            if _is_missing(value):
                return math.nan
            return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1_000_000
        return series.map(seconds).astype("float64").to_numpy(copy=True)
    if pd.api.types.is_numeric_dtype(series):
        return series.astype("float64").to_numpy(copy=True)
    times = pd.to_datetime(series, errors="coerce", format=None if series.dtype != object else "ISO8601")
    if getattr(times.dt, "tz", None) is not None:
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    micro = times.to_numpy().astype("datetime64[us]")
    numbers = micro.astype("int64")
    numbers = np.floor(numbers / 86_400_000_000) if kind == "date" else numbers / 1_000_000
    return np.where(np.isnat(micro), np.nan, numbers)


def _label(text, kind):
    kind = kind.upper()
    if kind == "BOOLEAN":
        return text == "true"
    if "INT" in kind and "INTERVAL" not in kind:
        return int(text)
    if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
        return float(text)
    return text


def _standardized(features, standardizer):
    columns = []
    for place, fill in enumerate(standardizer["fills"]):
        values = features[:, place]
        columns.append(np.where(np.isfinite(values), values, float(fill)))
    for place in standardizer["indicators"]:
        columns.append(np.where(np.isfinite(features[:, place]), 0.0, 1.0))
    means, scales = standardizer["means"], standardizer["scales"]
    return [(values - float(means[i])) / float(scales[i]) for i, values in enumerate(columns)]


def _sigmoid(value):
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    power = math.exp(value)
    return power / (1 + power)


def _each(function, values):
    return np.array([function(float(value)) for value in values], dtype=np.float64)


def _normalized(scores):
    shares = np.clip(np.asarray(scores, dtype=np.float64), 0, 1)
    for row in shares:
        total = 0.0
        for value in row:
            total += value
        row[:] = row / total if total > 0 else 1 / len(row)
    return shares


def _linear(inputs, model):
    results = []
    for function in model["functions"]:
        total = np.full(len(inputs[0]) if inputs else 0, float(function["intercept"]))
        for values, coefficient in zip(inputs, function["coefficients"]):
            total = total + values * float(coefficient)
        calibration = function.get("calibration")
        if calibration is not None:
            slope, offset = float(calibration["slope"]), float(calibration["offset"])
            total = _each(_sigmoid, slope * total + offset)
        results.append(total)
    return results[0] if len(results) == 1 else _normalized(np.column_stack(results))


def _activated(name, values):
    if name == "relu":
        return np.maximum(values, 0)
    if name == "leaky_relu":
        return np.where(values > 0, values, 0.01 * values)
    if name == "elu":
        return np.array([v if v > 0 else math.expm1(v) for v in values.tolist()])
    if name == "tanh":
        return _each(math.tanh, values)
    if name == "sigmoid":
        return _each(_sigmoid, values)
    return values


def _network(inputs, network):
    for layer in network["layers"]:
        width = layer["outputs"]
        weights = np.array(layer["weights"], dtype=np.float64).reshape(layer["inputs"], width)
        sums = [np.zeros(len(inputs[0])) for _ in range(width)]
        for place, values in enumerate(inputs):
            for output in range(width):
                sums[output] = sums[output] + values * weights[place, output]
        inputs = [
            _activated(layer["activation"], sums[output] + float(layer["biases"][output]))
            for output in range(width)
        ]
    output = network["output"]
    if "value" in output:
        return inputs[0] * float(output["value"]["scale"]) + float(output["value"]["mean"])
    if "probability" in output:
        return _each(_sigmoid, inputs[0])
    rows = np.column_stack(inputs)
    result = np.empty_like(rows)
    for place, row in enumerate(rows):
        powers = [math.exp(value - max(row)) for value in row]
        total = 0.0
        for power in powers:
            total += power
        result[place] = [power / total for power in powers]
    return result
