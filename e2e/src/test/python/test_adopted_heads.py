"""The head service loads every head that `vgg16-models adopt` writes, with the model's scores."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grpc
import numpy as np
import onnx
import pytest
from services import ROOT, free_ports
from unary import unary
from vgg16_client.contract.head_service_pb2 import (
    ListHeadsRequest,
    ListHeadsResponse,
    ScoreRequest,
    ScoreResponse,
)
from vgg16_models.heads.adopt import adopt
from vgg16_models.heads.name import HeadName

sys.path.insert(0, str(ROOT / "models/tests"))

from exported_models import ADOPTED, KERNEL, external, probabilities

BACKBONE = ROOT / "models/backbones/vgg16-160"
LABELS = ("猫 😀", "d" * 256)
MAPS = np.random.default_rng(3).gamma(0.5, 1, (3, 5, 5, 512)).astype("<f4")


def test_both_have_the_same_onnx_runtime() -> None:
    project = tomllib.loads((ROOT / "models/pyproject.toml").read_text())["project"]
    pom = (ROOT / "pom.xml").read_text()
    (java,) = re.findall(r"<onnxruntime.version>(.*)</onnxruntime.version>", pom)
    assert f"onnxruntime=={java}" in project["dependencies"]


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder of adopted heads, and their names."""
    folder = tmp_path_factory.mktemp("adopted")
    models = {name: make() for name, make in ADOPTED.items()}
    names = []
    for number, model in enumerate(models.values()):
        path = folder / f"{number}.onnx"
        onnx.save(model, path)
        names.append(_adopted(path, folder, f"adopted-{number}"))
    names.append(_adopted(external(folder), folder, "external"))
    return folder / "heads", names


def _adopted(model: Path, folder: Path, name: str) -> str:
    adopt(model, HeadName(name, 1), LABELS, backbone=BACKBONE, out=folder / "heads")
    return name


@pytest.fixture(scope="module")
def channel(heads: tuple[Path, list[str]]) -> Iterator[grpc.Channel]:
    (port,) = free_ports(1)
    options = ["--port", str(port), "--management-port", "0", "--heads", str(heads[0])]
    service = subprocess.Popen([ROOT / "bin/head-service", *options], cwd=ROOT)
    try:
        with grpc.insecure_channel(f"localhost:{port}") as channel:
            grpc.channel_ready_future(channel).result(timeout=120)
            yield channel
    finally:
        service.terminate()
        service.wait(timeout=60)


def test_the_head_service_loads_all(channel: grpc.Channel, heads: tuple[Path, list[str]]) -> None:
    list_heads = unary(channel, "HeadService/ListHeads", ListHeadsResponse)
    listed = list_heads(ListHeadsRequest(), timeout=120)
    assert {head.name for head in listed.heads} == set(heads[1])
    assert all(tuple(head.labels) == LABELS for head in listed.heads)


def test_scores_equal_the_models(channel: grpc.Channel, heads: tuple[Path, list[str]]) -> None:
    request = ScoreRequest()
    request.maps.backbone = "vgg16-160-tf-d9a27cc1fc7f"
    request.maps.data_type = 1
    request.maps.count = len(MAPS)
    request.maps.data = MAPS.tobytes()
    request.selections.add(heads=heads[1])
    response = unary(channel, "HeadService/Score", ScoreResponse)(request, timeout=120)
    scores = [[_in_order(head) for head in each.scores.heads] for each in response.maps]
    expected = np.broadcast_to(probabilities(MAPS)[:, None], (len(MAPS), len(heads[1]), 2))
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_heat_maps_are_those_of_a_linear_layer(
    channel: grpc.Channel, heads: tuple[Path, list[str]]
) -> None:
    """Each of these models is one linear layer on pooled maps and a softmax, in this form or that;
    that of the operator which has both in one is explained by its odds."""
    listed = unary(channel, "HeadService/ListHeads", ListHeadsResponse)(
        ListHeadsRequest(), timeout=120
    )
    odds = f"adopted-{[*ADOPTED].index('only ai.onnx.ml')}"
    explained = [head.name for head in listed.heads if head.explains and head.name != odds]
    assert len(explained) >= len(heads[1]) - 3, "of opsets 7 and 8 none are made"
    request = ScoreRequest()
    request.maps.backbone = "vgg16-160-tf-d9a27cc1fc7f"
    request.maps.data_type = 1
    request.maps.count = len(MAPS)
    request.maps.data = MAPS.tobytes()
    selection = request.selections.add(heads=explained)
    selection.explain.label = LABELS[0]
    response = unary(channel, "HeadService/Score", ScoreResponse)(request, timeout=120)
    got = [[each.heat_map.values for each in map_.scores.heads] for map_ in response.maps]
    expected = np.maximum(MAPS.reshape(len(MAPS), 1, 25, 512) @ KERNEL[:, 0], 0)
    expected /= np.maximum(expected.max(axis=2, keepdims=True), 1e-30)
    np.testing.assert_allclose(got, np.broadcast_to(expected, np.shape(got)), atol=0.02)


def _in_order(head) -> list[float]:
    return [score.score for score in sorted(head.scores, key=lambda each: each.index)]
