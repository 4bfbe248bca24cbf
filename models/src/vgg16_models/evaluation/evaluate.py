"""`evaluate`: labelled photos through the running services, and how right they are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ..client.feature_service import FeatureService, Scored
from ..data.folder_listing import Skipped
from ..data.photos import Photo, contents, scan, tell
from ..data.split import split
from ..errors import ModelsError, UndecodableError
from ..files import atomically, file_name
from ..printable import shown
from ..progress import progress
from ..reports import charts as pictures
from ..reports.html_page import Picture, Section, Table, html
from .predictions import Predictions, targets_of

PAGE = "index.html"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a head said of photos, and the ones that it could not be asked of."""

    head: str
    version: str
    part: str
    predictions: Predictions
    skipped: tuple[Skipped, ...]

    @property
    def name(self) -> str:
        return file_name(f"{self.head}-{self.version}")

    def text(self) -> str:
        """The figures for a terminal."""
        made = self.predictions
        labels = [shown(label) for label in made.labels]
        width = max(map(len, ("label", *labels)))
        rows = [f"{'label':{width}}  precision  recall      F1  photos"] + [
            f"{shown(each.label):{width}}  {each.precision:9.4f}  {each.recall:6.4f}  "
            f"{each.f1:6.4f}  {each.count:6}"
            for each in made.by_label()
        ]
        confusion = [f"{'true, predicted:':{width}}  " + "  ".join(labels)] + [
            f"{label:{width}}  "
            + "  ".join(f"{n:{len(name)}}" for n, name in zip(row, labels, strict=True))
            for label, row in zip(labels, made.confusion, strict=True)
        ]
        return "\n".join(
            (
                f"{self.head}@{self.version}, {self.part} photos",
                f"accuracy           {made.accuracy}, standard error "
                f"{made.accuracy.standard_error:.4f}",
                f"log loss           {made.log_loss:.4f}",
                f"calibration error  {made.calibration_error:.4f}",
                "",
                *rows,
                "",
                *confusion,
            )
        )

    def write(self, folder: Path) -> Path:
        """Writes `evaluation.json`, PNGs and `index.html`, which holds them: its path."""
        made = self.predictions
        confusion = Picture(
            pictures.confusion(made), "How many photos of each label were taken for which."
        )
        reliability = Picture(
            pictures.reliability(made),
            "Share of photos labelled right, by the score of the label; above each bar the photos.",
        )
        sections = (
            Section("Result", tables=self._tables()),
            Section("Confusion", pictures=(confusion,)),
            Section("Calibration", pictures=(reliability,)),
        )
        files = {
            "confusion.png": confusion.png,
            "reliability.png": reliability.png,
            "evaluation.json": json.dumps(self._figures(), indent=2).encode(),
            PAGE: html(f"{self.head}@{self.version}", self._lead(), sections).encode(),
        }
        for name, content in files.items():
            atomically(folder / name, content)
        return folder / PAGE

    def _lead(self) -> str:
        accuracy = self.predictions.accuracy
        return (
            f"{accuracy.correct} of {accuracy.count} photos labelled right: "
            f"{accuracy.share:.1%}, with a standard error of {accuracy.standard_error:.1%}"
        )

    def _tables(self) -> tuple[Table, Table]:
        made = self.predictions
        figures = Table(
            (
                ("photos", f"{made.accuracy.count:,}, {self.part}"),
                ("log loss", f"{made.log_loss:.4f}"),
                ("expected calibration error", f"{made.calibration_error:.4f}"),
                ("files skipped", len(self.skipped)),
            )
        )
        labels = Table(
            [
                (e.label, f"{e.precision:.3f}", f"{e.recall:.3f}", f"{e.f1:.3f}", e.count)
                for e in made.by_label()
            ],
            header=("label", "precision", "recall", "F1", "photos"),
        )
        return figures, labels

    def _figures(self) -> dict[str, object]:
        made = self.predictions
        return {
            "head": self.head,
            "version": self.version,
            "part": self.part,
            "photos": made.accuracy.count,
            "accuracy": made.accuracy.share,
            "standard_error": made.accuracy.standard_error,
            "log_loss": made.log_loss,
            "calibration_error": made.calibration_error,
            "labels": [asdict(each) for each in made.by_label()],
            "confusion": made.confusion.tolist(),
            "calibration": [asdict(each) for each in made.calibration() if each.count],
            "skipped": [{"file": shown(s.path), "reason": s.reason} for s in self.skipped],
        }


def evaluate(service: FeatureService, images: Path, head: str, part: str = "all") -> Evaluation:
    """Asks for every photo of the part. Raises ModelsError when none can be judged."""
    folder = scan(images)
    photos = folder.photos if part == "all" else getattr(split(folder.photos), part)
    scored: dict[Photo, Scored] = {}
    skipped: list[Skipped] = []
    answers = service.classify(contents(photos, skipped), head)
    for photo, answer in progress(answers, "evaluating", len(photos)):
        if isinstance(answer, UndecodableError):
            skipped.append(Skipped(photo.path, str(answer)))
        else:
            scored[photo] = answer
    tell(skipped)
    if not scored:
        raise ModelsError(f"none of the {len(photos)} photos in {shown(images)} could be scored")
    said = next(iter(scored.values()))
    for label in sorted({photo.label for photo in scored} - set(said.labels)):
        raise ModelsError(
            f"the folder {label} is no label of {said.head}@{said.version}, which has "
            f"{', '.join(said.labels)}"
        )
    judged = tuple(photo for photo in photos if photo in scored)
    if any((scored[p].head, scored[p].version) != (said.head, said.version) for p in judged):
        raise ModelsError(f"another version of {said.head} was loaded meanwhile: name one, NAME@N")
    predictions = Predictions(
        judged,
        said.labels,
        targets_of(judged, said.labels),
        np.stack([scored[photo].scores for photo in judged]),
    )
    return Evaluation(said.head, said.version, part, predictions, folder.skipped + tuple(skipped))
