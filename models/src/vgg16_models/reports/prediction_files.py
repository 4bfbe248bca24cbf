"""Each photo's prediction as a row of a file: CSV, JSON lines, and Parquet where pyarrow is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..errors import ModelsError
from ..evaluation.evaluate import Evaluation
from ..printable import printable

MAX_LABELS = 20
"""Up to so many, a row has the scores of all labels; of more, those of the highest."""

HIGHEST = 5


def prediction_files(evaluation: Evaluation, *, parquet: bool = False) -> dict[str, bytes]:
    """The contents, by file name. Raises ModelsError for `parquet` without pyarrow."""
    rows = list(_rows(evaluation))
    columns = len(evaluation.predictions.labels) <= MAX_LABELS
    files = {
        "predictions.csv": _csv([_flat(row, columns) for row in rows]),
        "predictions.jsonl": _json_lines(rows),
    }
    if parquet:
        files["predictions.parquet"] = _parquet(rows)
    return files


def require_parquet() -> None:
    """Raises ModelsError where pyarrow is missing; call this before long work."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModelsError("--parquet needs pyarrow: pip install 'models[parquet]'") from error


def _rows(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    predictions, novelty = evaluation.predictions, evaluation.novelty
    for at, photo in enumerate(predictions.photos):
        scores = predictions.scores[at]
        shown = range(len(scores))
        if len(scores) > MAX_LABELS:
            shown = np.argsort(-scores, kind="stable")[:HIGHEST].tolist()
        yield {
            "file": printable(photo.path),
            "sha256": photo.sha256,
            "label": photo.label,
            "predicted": predictions.labels[predictions.predicted[at]],
            "score": _rounded(scores.max()),
            "correct": bool(predictions.correct[at]),
            "novelty": None if novelty is None else _rounded(novelty.distances[at]),
            "scores": {predictions.labels[index]: _rounded(scores[index]) for index in shown},
        }


def _csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _flat(row: Mapping[str, Any], columns: bool) -> dict[str, Any]:
    """With a column for each label's score, or one for the highest scores, as JSON."""
    fields = {key: value for key, value in row.items() if key != "scores"}
    if not columns:
        return fields | {"scores": json.dumps(row["scores"], ensure_ascii=False)}
    return fields | {f"score of {label}": score for label, score in row["scores"].items()}


def _json_lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    require_parquet()
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pylist(
        [row | {"scores": list(row["scores"].items())} for row in rows],
        pa.schema(
            [
                ("file", pa.string()),
                ("sha256", pa.string()),
                ("label", pa.string()),
                ("predicted", pa.string()),
                ("score", pa.float32()),
                ("correct", pa.bool_()),
                ("novelty", pa.float32()),
                ("scores", pa.map_(pa.string(), pa.float32())),
            ]
        ),
    )
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    return buffer.getvalue()


def _rounded(value: float) -> float:
    """To six significant digits: a float32 has no more."""
    return float(f"{value:.6g}")
