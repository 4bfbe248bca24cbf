"""Listing the photos of a manifest: a CSV or JSONL file with a row a photo.

Columns: `file`, relative to the manifest's folder, and `label`; or `labels`, where a photo may have
any number of them, separated by `;` in CSV, a list in JSONL. Optional: `split` and `group`.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import ModelsError
from ..printable import printable
from .labels import label_problem
from .listing import ListedFile, Listing, Part, Skipped

SUFFIXES = (".csv", ".jsonl", ".ndjson")
COLUMNS = ("file", "label", "labels", "split", "group")
SEPARATOR = ";"
SPLITS: Mapping[str, Part] = {
    "": "train",
    "train": "train",
    "val": "validation",
    "validation": "validation",
    "test": "test",
}

Row = Mapping[str, Any]

log = logging.getLogger(__name__)


def is_manifest(path: Path) -> bool:
    """By the name: one that ends in one of SUFFIXES and is not a folder's."""
    return path.suffix.lower() in SUFFIXES and not path.is_dir()


def list_manifest(manifest: Path, part: Part | None = None) -> Listing:
    """The files of a manifest in its order: of `part`, or else of each row's own.

    Rows without a label are skipped. Raises ModelsError, with the number of the line, when the
    manifest can't be read, lacks a column, or has a value that is not valid.
    """
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ModelsError(f"{printable(manifest)} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ModelsError(f"{printable(manifest)} is not UTF-8: convert it") from error
    is_csv = manifest.suffix.lower() == ".csv"
    rows = list(_csv_rows(manifest, text) if is_csv else _json_rows(manifest, text))
    columns = {column for _, row in rows for column in row}
    _require_columns(manifest, columns)
    listing = Listing(multi_label="labels" in columns)
    for line, row in rows:
        file = _listed(manifest, line, row, part)
        if file.labels or listing.multi_label:
            listing.files.append(file)
        else:
            listing.skipped.append(Skipped(file.path, f"no label in line {line}"))
    return listing


def _csv_rows(manifest: Path, text: str) -> Iterator[tuple[int, Row]]:
    """Each row with its line number."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        if reader.fieldnames:
            reader.fieldnames = [name.strip().lower() for name in reader.fieldnames]
        for row in reader:
            if None in row or None in row.values():
                raise _problem(
                    manifest, reader.line_num, f"has not {len(reader.fieldnames or ())} values"
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise _problem(manifest, reader.line_num, f"is not CSV: {error}") from error


def _json_rows(manifest: Path, text: str) -> Iterator[tuple[int, Row]]:
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except ValueError as error:
            raise _problem(manifest, line, f"is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise _problem(manifest, line, "is not a JSON object")
        yield line, row


def _require_columns(manifest: Path, columns: set[str]) -> None:
    if "file" not in columns or not columns & {"label", "labels"}:
        found = ", ".join(sorted(map(printable, columns))) or "none"
        raise ModelsError(
            f"{printable(manifest)} must have the columns file and label, or file and labels; it"
            f" has {found}"
        )
    if {"label", "labels"} <= columns:
        raise ModelsError(
            f"{printable(manifest)} has both label and labels: keep label where each photo has one"
        )
    if ignored := sorted(columns - {*COLUMNS}):
        log.info("%s: ignored columns: %s", manifest, ", ".join(ignored))


def _listed(manifest: Path, line: int, row: Row, part: Part | None) -> ListedFile:
    name = row.get("file")
    if not isinstance(name, str) or not name or "\0" in name:
        raise _problem(manifest, line, "has no valid file")
    split = _text(manifest, line, row, "split").lower()
    if split not in SPLITS:
        raise _problem(
            manifest, line, f"has the split {split!r}: it must be train, validation, test or empty"
        )
    return ListedFile(
        manifest.parent / name,
        _labels(manifest, line, row),
        part or SPLITS[split],
        _text(manifest, line, row, "group") or None,
    )


def _labels(manifest: Path, line: int, row: Row) -> tuple[str, ...]:
    """Sorted, each once, in Unicode normal form C, as the names of folders are."""
    values = row.get("labels") if "labels" in row else [row.get("label")]
    if isinstance(values, str):
        values = values.split(SEPARATOR)
    if not isinstance(values, list):
        raise _problem(manifest, line, "has labels that are not a list")
    labels = set()
    for value in values:
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise _problem(manifest, line, f"has the label {value!r}: it must be a text")
        label = unicodedata.normalize("NFC", value.strip())
        if problem := label_problem(label):
            raise _problem(manifest, line, f"has the label {label!r}: it {problem}")
        labels.add(label)
    return tuple(sorted(labels))


def _text(manifest: Path, line: int, row: Row, column: str) -> str:
    """A number is taken as it is written: identifiers of groups often are numbers."""
    value = row.get(column)
    if value is None:
        return ""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise _problem(manifest, line, f"has the {column} {value!r}: it must be a text")
    return str(value).strip()


def _problem(manifest: Path, line: int, problem: str) -> ModelsError:
    return ModelsError(f"{printable(manifest)}: line {line} {printable(problem)}")
