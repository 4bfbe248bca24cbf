import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.evaluation.evaluate import evaluate
from vgg16_models.feature_service import HeadScores
from vgg16_models.reports.evaluation_report import write_evaluation_report
from vgg16_models.reports.evaluation_text import evaluation_text
from vgg16_models.reports.multi_label_report import multi_label_text, write_multi_label_report
from vgg16_models.reports.prediction_files import prediction_files


class FakeService:
    """Responds by the number in the file name; `asked` has the head and the photos of each call."""

    def __init__(self, respond, novelty=True):
        self._respond = respond
        self._novelty = novelty
        self.asked = []

    def classify(self, photos, head, novelty=False):
        photos = list(photos)
        self.asked.append((head, len(photos)))
        if novelty and not self._novelty:
            raise ModelsError("the head has no statistics of its training")
        for photo, _ in reversed(list(photos)):  # responses come in any order
            yield photo, self._respond(photo, head)


def scored(photo, head="colours", version="2"):
    right = int(photo.path.stem) % 4 != 0
    sure = 0.9 if (photo.label == "red") == right else 0.1
    distance = 2.0 if photo.path.stem == "1" else 1.0
    scores = np.array([sure, 1 - sure], np.float32)
    name = head.partition("@")[0]
    return HeadScores(name, version, ("red", "green"), scores, distance, 1.5)


def test_figures_and_report(make_photos, tmp_path):
    images = make_photos({"red": 8, "green": 4})
    (images / "red" / "99.jpg").write_text("not an image")

    def respond(photo, head):
        if photo.path.stem == "99":
            return UndecodableError("cut short")
        return scored(photo, head)

    evaluation = evaluate(FakeService(respond), images, "colours")
    # 0 and 4 of red and 0 of green are misclassified.
    assert evaluation.predictions.accuracy.correct == 9
    assert evaluation.predictions.confusion.tolist() == [[6, 2], [1, 3]]
    red, green = evaluation.predictions.label_metrics()
    assert (red.precision, red.recall) == (pytest.approx(6 / 7), 0.75)
    assert (green.precision, green.recall) == (pytest.approx(3 / 5), 0.75)
    # All scores are 0.9, and 0.75 of the photos are correct.
    assert evaluation.predictions.calibration_error == pytest.approx(0.15, abs=1e-6)
    expected = -(9 * np.log(0.9) + 3 * np.log(0.1)) / 12
    assert evaluation.predictions.log_loss == pytest.approx(expected, abs=1e-6)
    assert [file.path.name for file in evaluation.skipped] == ["99.jpg"]

    text = evaluation_text(evaluation)
    assert text.startswith("colours@2, all photos\naccuracy           0.7500 (9 of 12)")
    assert "calibration error  0.1500" in text

    page = write_evaluation_report(evaluation, tmp_path / "report")
    figures = json.loads((page.parent / "evaluation.json").read_text())
    assert figures["accuracy"] == 0.75
    assert figures["skipped"][0]["reason"] == "cut short"
    assert figures["accuracy_interval"] == pytest.approx([0.4677, 0.9111], abs=1e-4)
    assert figures["confusions"][0] == {"label": "red", "predicted": "green", "count": 2}
    assert figures["novel"] == pytest.approx(2 / 12)
    assert figures["thresholds"][-1]["threshold"] == 0.9, "no score is above 0.9"
    text = page.read_text()
    assert "9 of 12 photos classified correctly: 75.0%, 95% interval 46.8% to 91.1%" in text
    assert text.count('<img src="data:image/jpeg;base64,') == 3, "the mistakes"
    for name in ("reliability.png", "curves.png"):
        assert (page.parent / name).stat().st_size > 1000


def test_a_folder_that_is_no_label_is_refused(make_photos):
    """Before the others are sent."""
    images = make_photos({"blue": 2, "red": 2})
    service = FakeService(scored)
    with pytest.raises(ModelsError, match="blue is not a label of colours@2, which has red, green"):
        evaluate(service, images, "colours")
    assert service.asked == [("colours", 1), ("colours@stable", 1)]


def test_an_error_lists_some_of_many_labels(make_photos):
    images = make_photos({f"colour {number}": 1 for number in range(30)})
    with pytest.raises(ModelsError, match=r", colour 17 and 20 more is not a label"):
        evaluate(FakeService(scored), images, "colours")


def test_a_head_without_statistics_is_evaluated_without_novelty(make_photos):
    def respond(photo, head):
        return replace(scored(photo, head), novelty=None, novelty_threshold=None)

    evaluation = evaluate(FakeService(respond, novelty=False), make_photos({"red": 4}), "colours")
    assert evaluation.novelty is None
    assert len(evaluation.predictions.photos) == 4


def test_the_first_photo_may_be_undecodable(make_photos):
    images = make_photos({"red": 6})

    def respond(photo, head):
        stem = photo.path.stem
        return UndecodableError("cut short") if stem in "24" else scored(photo, head)

    evaluation = evaluate(FakeService(respond), images, "colours")
    assert len(evaluation.predictions.photos) == 4
    assert sorted(each.path.stem for each in evaluation.skipped) == ["2", "4"]


def test_reports_of_other_photos_have_other_names(make_photos, tmp_path):
    images = make_photos({"red": 6, "green": 2})
    name = evaluate(FakeService(scored), images, "colours").file_name
    assert name.startswith("colours-2-evaluation-")
    assert evaluate(FakeService(scored), images, "colours").file_name == name
    (images / "red" / "5.jpg").unlink()
    assert evaluate(FakeService(scored), images, "colours").file_name != name


def test_predictions_are_rows_of_files(make_photos):
    evaluation = evaluate(FakeService(scored), make_photos({"red": 2, "green": 2}), "colours")
    files = prediction_files(evaluation)
    rows = [json.loads(line) for line in files["predictions.jsonl"].splitlines()]
    wrong = next(row for row in rows if row["file"].endswith("red/0.jpg"))
    assert wrong["label"] == "red"
    assert (wrong["predicted"], wrong["correct"], wrong["novelty"]) == ("green", False, 1.0)
    assert wrong["scores"] == {"red": 0.1, "green": 0.9}
    table = list(csv.DictReader(io.StringIO(files["predictions.csv"].decode())))
    assert [row["sha256"] for row in table] == [row["sha256"] for row in rows]
    assert table[0]["score of red"] == str(rows[0]["scores"]["red"])


def test_predictions_as_parquet(make_photos):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra `parquet`")
    evaluation = evaluate(FakeService(scored), make_photos({"red": 2, "green": 2}), "colours")
    content = prediction_files(evaluation, parquet=True)["predictions.parquet"]
    rows = parquet.read_table(io.BytesIO(content)).to_pylist()
    assert {row["label"] for row in rows} == {"red", "green"}
    assert sum(row["correct"] for row in rows) == 2


def thousand(make_photos):
    """A head of 1,000 labels, of which 40 have photos; every fourth is wrong."""
    labels = tuple(f"label {number:03}" for number in range(1000))

    def respond(photo, head):
        right = labels.index(photo.label)
        predicted = right + 1 if right % 4 == 0 else right
        scores = np.full(1000, 1e-4, np.float32)
        scores[predicted] = 1 - 999e-4
        return HeadScores(head.partition("@")[0], "1", labels, scores)

    return evaluate(FakeService(respond), make_photos(dict.fromkeys(labels[:40], 1)), "many")


def test_a_thousand_labels_stay_readable(make_photos, tmp_path):
    evaluation = thousand(make_photos)
    text = evaluation_text(evaluation)
    assert len(text) < 5000
    assert "the worst 20; 980 more are in the report" in text
    assert "label 000       1  label 001" in text
    page = write_evaluation_report(evaluation, tmp_path / "report")
    html = page.read_text()
    shown, _, folded = html.partition("<details>")
    assert shown.count("<tr>") < 40
    assert "All 1,000" in folded
    figures = json.loads((page.parent / "evaluation.json").read_text())
    assert figures["confusion"] is None
    assert len(figures["confusions"]) == 10
    assert (page.parent / "evaluation.json").stat().st_size < 300_000
    (row, *_) = (page.parent / "predictions.jsonl").read_text().splitlines()
    assert len(json.loads(row)["scores"]) == 5


def several(photo, _):
    """The second label is in the name of the file."""
    has = np.array(["indoor" in photo.path.stem, photo.path.parent.name == "red"])
    scores = np.where(has, 0.6, 0.2).astype(np.float32)
    thresholds = np.array([0.3, 0.5], np.float32)
    return HeadScores("scenes", "1", ("indoor", "red"), scores, thresholds=thresholds)


def test_several_labels_a_photo(make_photos, tmp_path):
    images = make_photos({"red": 3, "green": 3})
    (images / "red" / "0.jpg").rename(images / "red" / "indoor.jpg")
    rows = [
        {"file": str(path.relative_to(images)), "labels": labels}
        for path in sorted(images.rglob("*.jpg"))
        for labels in [["red"] * (path.parent.name == "red") + ["indoor"] * (path.stem == "indoor")]
    ]
    rows[0]["labels"] = ["red"]  # of a green one
    manifest = images / "photos.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)))
    evaluation = evaluate(FakeService(several), manifest, "scenes")
    assert str(evaluation.predictions.accuracy) == "0.8333 (5 of 6)"
    text = multi_label_text(evaluation)
    assert "exactly the right labels 0.8333 (5 of 6)" in text
    assert "indoor  0.300      1.000      1.000   1.000  1.000              1" in text
    page = write_multi_label_report(evaluation, tmp_path / "report")
    assert "5 of 6 photos" in page.read_text()
    figures = json.loads((page.parent / "evaluation.json").read_text())
    assert figures["labels"][1]["recall"] == 0.75


def test_the_labels_of_the_photos_must_be_of_the_heads_kind(make_photos, tmp_path):
    images = make_photos({"red": 2})
    with pytest.raises(ModelsError, match="gives an image several labels: --images must be"):
        evaluate(FakeService(several), images, "scenes")
    manifest = tmp_path / "photos.csv"
    manifest.write_text("file,labels\nphotos/red/0.jpg,red\n")
    with pytest.raises(ModelsError, match=r"gives an image one label, and .* has `labels`"):
        evaluate(FakeService(scored), manifest, "colours")


def test_the_version_that_serves_is_asked_by_its_number(make_photos):
    """The name alone may mean another version for a share of the photos."""

    def respond(photo, head):
        return scored(photo, head, version="2" if head in ("colours@stable", "colours@2") else "3")

    service = FakeService(respond)
    evaluation = evaluate(service, make_photos({"red": 4}), "colours")
    assert evaluation.version == "2"
    assert service.asked == [("colours", 1), ("colours@stable", 1), ("colours@2", 3)]


def test_a_version_that_is_named_is_asked_at_once(make_photos):
    service = FakeService(scored)
    evaluate(service, make_photos({"red": 4}), "colours@2")
    assert service.asked == [("colours@2", 1), ("colours@2", 3)]


def test_calibration_bins(make_photos):
    evaluation = evaluate(FakeService(scored), make_photos({"red": 4}), "colours").predictions
    bins = evaluation.calibration(10)
    assert [each.count for each in bins] == [0] * 8 + [4, 0]
    assert bins[8].confidence == pytest.approx(0.9)
    assert bins[8].accuracy == 0.75
