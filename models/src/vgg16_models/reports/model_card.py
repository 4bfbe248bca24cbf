"""The model card of a head, as Markdown and as HTML, made of its head.json alone.

After Mitchell et al., Model Cards for Model Reporting, 2019, https://arxiv.org/abs/1810.03993.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..printable import printable
from .html_page import Section, Table, render

MARKDOWN, PAGE = "model-card.md", "model-card.html"
MAX_LABELS = 50
NOT_STATED = "Not stated."
NOVELTY = (
    "a high novelty says that an image is unlike the training's photos, and that the scores mean "
    "little."
)
LIMITS = f"It gives every image one of its labels, also an image that shows none of them; {NOVELTY}"
MULTI_LABEL_LIMITS = (
    "It gives an image any number of its labels, those whose scores reach their thresholds; "
    f"{NOVELTY}"
)


def model_card(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The content of both files, by name; `manifest` is the parsed head.json."""
    title = f"Model card: {manifest['name']}@{manifest['version']}"
    sections = _sections(manifest)
    subtitle = f"{len(manifest['labels'])} labels, backbone {manifest['backbone']}"
    return {
        MARKDOWN: _markdown(title, subtitle, sections),
        PAGE: render(title, subtitle, sections),
    }


def _sections(manifest: Mapping[str, Any]) -> list[Section]:
    training = manifest.get("training") or {}
    return [
        Section("Head", tables=(Table(_head(manifest)),)),
        Section("Intended use", training.get("intended_use") or NOT_STATED),
        Section("Limits", MULTI_LABEL_LIMITS if manifest.get("thresholds") else LIMITS),
        Section("Licence", training.get("licence") or NOT_STATED),
        *_data(training),
        *_training(training),
        *_results(training),
    ]


def _head(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    labels = manifest["labels"]
    layers = [f"{layer['type']} {layer['output_shape']}" for layer in manifest.get("layers") or []]
    rows = [
        ("labels", _listed(labels)),
        ("layers", ", ".join(layers)),
        ("thresholds", _listed([f"{each:g}" for each in manifest.get("thresholds") or ()])),
        ("parameters", f"{manifest['parameters']:,}"),
        ("SHA-256", manifest["sha256"]),
        ("heat maps", "yes" if manifest.get("explain") else "no"),
        ("novelty", "yes" if manifest.get("features") else "no"),
    ]
    return [row for row in rows if row[1]]


def _data(training: Mapping[str, Any]) -> list[Section]:
    data = training.get("data")
    if not data:
        return []
    counts = data["labels"]
    parts = list(next(iter(counts.values())))
    rows = [(label, *(each[part] for part in parts)) for label, each in counts.items()]
    total = ("all", *(sum(row[at] for row in rows) for at in range(1, len(parts) + 1)))
    text = (
        "SHA-256 of the list of photos, their labels and parts (split.csv of the training report): "
        f"{data['sha256']}."
    )
    if len(rows) > MAX_LABELS:
        rows = rows[:MAX_LABELS]
        text += f" The first {MAX_LABELS} labels are listed."
    return [Section("Data", text, (Table([*rows, total], ("label", *parts)),))]


def _training(training: Mapping[str, Any]) -> list[Section]:
    recipe = training.get("recipe") or {}
    rows = [
        ("adopted from", training.get("adopted")),
        ("precision of the features", training.get("precision")),
        *((name.replace("_", " "), value) for name, value in _flat(recipe)),
        ("epochs run", training.get("epochs")),
        ("best epoch", training.get("best_epoch")),
        ("temperature", training.get("temperature")),
        ("libraries", ", ".join(" ".join(each) for each in _libraries(training))),
        ("revision", training.get("revision")),
    ]
    known = [(name, str(value)) for name, value in rows if value not in (None, "")]
    return [Section("Training", tables=(Table(known),))] if known else []


def _flat(recipe: Mapping[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in recipe.items():
        rows += _flat(value) if isinstance(value, Mapping) else [(name, value)]
    return rows


def _libraries(training: Mapping[str, Any]) -> list[tuple[str, str]]:
    return list((training.get("libraries") or {}).items())


def _results(training: Mapping[str, Any]) -> list[Section]:
    """On the test photos; a suffix is the precision of the features, where it is another one."""
    rows = []
    for name, value in training.items():
        if not name.startswith("test_") or name.endswith("_interval"):
            continue
        interval = training.get(f"{name}_interval")
        text = f"{interval[0]:.4f} to {interval[1]:.4f}" if interval else ""
        rows.append((name.removeprefix("test_").replace("_", " "), f"{value}", text))
    if not rows:
        return []
    text = f"Of {training.get('test')} test photos, which the training has not seen."
    return [Section("Results", text, (Table(rows, ("metric", "value", "95% interval")),))]


def _listed(labels: Sequence[str]) -> str:
    more = len(labels) - MAX_LABELS
    return ", ".join(labels[:MAX_LABELS]) + (f" and {more:,} more" if more > 0 else "")


def _markdown(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    lines = [f"# {_escaped(title)}", "", _escaped(subtitle)]
    for section in sections:
        lines += ["", f"## {_escaped(section.heading)}"]
        if section.text:
            lines += ["", _escaped(section.text)]
        for table in section.tables:
            header = table.header or ("",) * len(table.rows[0])
            lines += ["", _row(header), _row(["---"] * len(header)), *map(_row, table.rows)]
    return "\n".join([*lines, ""])


def _row(cells: Sequence[object]) -> str:
    escaped = (cell if cell == "---" else _escaped(cell) for cell in cells)
    return "| " + " | ".join(escaped) + " |"


def _escaped(text: object) -> str:
    """Labels are not Markdown."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>|#" else each for each in printable(text))
