"""The service behind the Python client, whose own tests have what can go wrong on the way."""

import sys
from pathlib import Path

import pytest
from checkout import MODELS
from vgg16_client import Security
from vgg16_models.data.photos import Photo
from vgg16_models.errors import ModelsError, UndecodableError
from vgg16_models.feature_service import MAX_IN_FLIGHT, FeatureService, reported

sys.path.insert(0, str(MODELS.parent / "clients/python/tests"))

from fake_service import FakeService, answer_to, bad_request, error_to, serving
from vgg16_client.contract.status_pb2 import Status

COUNT = 3 * MAX_IN_FLIGHT


def photos(count=COUNT):
    for number in range(count):
        yield Photo(Path(f"{number}.jpg"), ("cat",), ""), str(number).encode()


def backwards(requests, _):
    """Answers of some requests at a time, the last one first."""
    held = []
    for request in requests:
        held.append(request)
        if len(held) == 8:
            yield from map(answer_to, reversed(held))
            held.clear()


def refusing(status):
    def script(requests, _):
        for request in requests:
            yield error_to(request, status) if request.id == "1" else answer_to(request)

    return script


def test_each_photo_gets_its_own_result():
    with serving(FakeService(scripts=[backwards])) as target:
        results = FeatureService(target).classify(photos(), "pets")
        labels = [(photo.path.stem, scores.labels) for photo, scores in results]
    assert sorted(labels) == sorted((str(n), (str(n),)) for n in range(COUNT))
    assert [stem for stem, _ in labels[:2]] == ["7", "6"]


def test_each_photo_gets_its_own_map():
    with serving(FakeService(scripts=[backwards])) as target:
        for photo, values in FeatureService(target).extract(photos()):
            assert values.shape == (2, 2, 4)
            assert values.tobytes().rstrip(b"\0").decode() == photo.path.stem


def test_a_photo_that_cannot_be_decoded_is_no_failure():
    bad = bad_request("image.encoded", "is cut short")
    with serving(FakeService(scripts=[refusing(bad)])) as target:
        results = {p.path.stem: r for p, r in FeatureService(target).extract(photos(3))}
    assert isinstance(results["1"], UndecodableError)
    assert str(results["1"]) == "image.encoded: is cut short"
    assert results["2"].shape == (2, 2, 4)


def test_another_failure_of_a_photo_ends_the_work():
    gone = Status(code=5, message="there is no head pets")
    with (
        serving(FakeService(scripts=[refusing(gone)])) as target,
        pytest.raises(ModelsError, match="the feature service reports: there is no head pets"),
    ):
        list(FeatureService(target).classify(photos(3), "pets"))


def test_a_photo_over_the_services_limit_is_skipped():
    large = Photo(Path("large.jpg"), ("cat",), "")
    with serving(FakeService()) as target:
        ((_, error),) = FeatureService(target).classify([(large, bytes(2 << 20))], "pets")
    assert isinstance(error, UndecodableError)
    assert str(error) == "image.encoded: has 2,097,152 bytes; at most 1,000 are allowed"


def test_a_service_that_is_missing_is_one_line():
    with serving() as target:
        pass
    with pytest.raises(ModelsError, match=f"no service answers at {target}: connection refused"):
        FeatureService(target).backbone()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FeatureService("localhost"), "has no port"),
        (lambda: Security(tls_cert="c.pem"), "--tls-cert and --tls-key must be given together"),
        (
            lambda: FeatureService("tls.example:1", Security(token_file=__file__)),
            r"--token-file .* to tls.example:1 .* set --tls-ca or --tls, or --plaintext if",
        ),
    ],
)
def test_errors_name_the_options(make, message):
    with pytest.raises(ModelsError, match=message), reported():
        make()
