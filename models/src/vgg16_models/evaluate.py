"""`evaluate`: labelled photos through the running services, and how right they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from . import pictures
from .errors import ModelsError
from .files import atomically
from .page import Picture, Section, Table, html
from .photos import Photo, Skipped, scan
from .predictions import Predictions, targets_of
from .preprocessing import UndecodableError
from .progress import progress
from .service import FeatureService, Scored
from .split import split


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
        return f"{self.head}-{self.version}"

    def text(self) -> str:
        """The figures for a terminal."""
        made = self.predictions
        width = max(map(len, ("label", *made.labels)))
        rows = [f"{'label':{width}}  precision  recall      F1  photos"] + [
            f"{each.label:{width}}  {each.precision:9.4f}  {each.recall:6.4f}  "
            f"{each.f1:6.4f}  {each.count:6}"
            for each in made.by_label()
        ]
        confusion = [f"{'true, predicted:':{width}}  " + "  ".join(made.labels)] + [
            f"{label:{width}}  "
            + "  ".join(f"{n:{len(name)}}" for n, name in zip(row, made.labels, strict=True))
            for label, row in zip(made.labels, made.confusion, strict=True)
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
        for name, picture in (("confusion", confusion), ("reliability", reliability)):
            atomically(folder / f"{name}.png", picture.png)
        atomically(folder / "evaluation.json", (json.dumps(self._figures(), indent=2)).encode())
        accuracy = made.accuracy
        lead = (
            f"{accuracy.correct} of {accuracy.count} photos labelled right: "
            f"{accuracy.share:.1%}, with a standard error of {accuracy.standard_error:.1%}"
        )
        figures = Table(
            (
                ("photos", f"{made.accuracy.count:,}, {self.part}"),
                ("log loss", f"{made.log_loss:.4f}"),
                ("expected calibration error", f"{made.calibration_error:.4f}"),
                ("files passed over", len(self.skipped)),
            )
        )
        labels = Table(
            [
                (e.label, f"{e.precision:.3f}", f"{e.recall:.3f}", f"{e.f1:.3f}", e.count)
                for e in made.by_label()
            ],
            header=("label", "precision", "recall", "F1", "photos"),
        )
        page = folder / "index.html"
        sections = (
            Section("Result", tables=(figures, labels)),
            Section("Confusion", pictures=(confusion,)),
            Section("Calibration", pictures=(reliability,)),
        )
        atomically(page, html(f"{self.head}@{self.version}", lead, sections).encode())
        return page

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
            "skipped": [{"file": str(s.path), "reason": s.reason} for s in self.skipped],
        }


def evaluate(service: FeatureService, images: Path, head: str, part: str = "all") -> Evaluation:
    """Asks for every photo of the part. Raises ModelsError when none can be judged."""
    folder = scan(images)
    photos = folder.photos if part == "all" else getattr(split(folder.photos), part)
    scored: dict[Photo, Scored] = {}
    skipped = list(folder.skipped)
    answers = service.classify(_contents(photos), head)
    for photo, answer in progress(answers, "evaluating", len(photos)):
        if isinstance(answer, UndecodableError):
            skipped.append(Skipped(photo.path, str(answer)))
        else:
            scored[photo] = answer
    if not scored:
        raise ModelsError(f"none of the {len(photos)} photos in {images} could be scored")
    said = next(iter(scored.values()))
    for label in sorted({photo.label for photo in scored} - set(said.labels)):
        raise ModelsError(
            f"the folder {label} is no label of {said.head}@{said.version}, which has "
            f"{', '.join(said.labels)}"
        )
    judged = tuple(photo for photo in photos if photo in scored)
    if any((scored[p].head, scored[p].version) != (said.head, said.version) for p in judged):
        raise ModelsError(f"another version of {said.head} took over in between: name one, NAME@N")
    predictions = Predictions(
        judged,
        said.labels,
        targets_of(judged, said.labels),
        np.stack([scored[photo].scores for photo in judged]),
    )
    return Evaluation(said.head, said.version, part, predictions, tuple(skipped))


def _contents(photos: Sequence[Photo]) -> Iterator[tuple[Photo, bytes]]:
    return ((photo, photo.path.read_bytes()) for photo in photos)
