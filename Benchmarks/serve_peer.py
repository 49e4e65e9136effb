"""The app that people write instead: FastAPI and LightGBM, around the model that Washi serves.

`app` reads rows with pandas, as tutorials and `mlflow models serve` do; `quick` does without pandas and
with orjson, as someone would who has profiled it. Both answer what Washi answers: score and label.
"""

import json
import os
import pathlib

import lightgbm
import numpy
import orjson
import pandas
from fastapi import FastAPI, Request, Response

FOLDER = pathlib.Path(os.environ["MODEL"])
ENCODER = json.loads((FOLDER / "encoder.json").read_text())
TARGET = json.loads((FOLDER / "model.json").read_text())["target"]
COLUMNS = ENCODER["columns"]
NAMES = [column["name"] for column in COLUMNS]
CODES = [
    {level: float(code) for code, level in enumerate(column["levels"])} if column["kind"] == "category" else None
    for column in COLUMNS
]
BOOSTER = lightgbm.Booster(model_file=str(FOLDER / "model.txt"))
THREADS = int(os.environ.get("THREADS", "1"))
CLASSES = TARGET["classes"]

app = FastAPI()


@app.post("/predict")
def predict(rows: list[dict]):
    frame = pandas.DataFrame(rows)[NAMES]
    for column, codes in zip(COLUMNS, CODES):
        if codes is not None:
            frame[column["name"]] = frame[column["name"]].map(codes)
    scores = BOOSTER.predict(frame.to_numpy(dtype=float), num_threads=THREADS)
    return {"predictions": [{"score": float(s), "label": CLASSES[1] if s >= 0.5 else CLASSES[0]} for s in scores]}


@app.post("/quick")
async def quick(request: Request):
    rows = orjson.loads(await request.body())
    matrix = numpy.empty((len(rows), len(NAMES)))
    for i, row in enumerate(rows):
        for j, name in enumerate(NAMES):
            value = row[name]
            codes = CODES[j]
            if codes is not None:
                value = codes.get(value)
            matrix[i, j] = numpy.nan if value is None else value
    scores = BOOSTER.predict(matrix, num_threads=THREADS)
    answer = {"predictions": [{"score": s, "label": CLASSES[1] if s >= 0.5 else CLASSES[0]} for s in scores.tolist()]}
    return Response(orjson.dumps(answer), media_type="application/json")
