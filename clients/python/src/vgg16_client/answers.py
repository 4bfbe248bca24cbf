"""The contract's messages as results."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .contract.feature_service_pb2 import (
    ClassifyResponse,
    ExtractResponse,
    GetBackboneResponse,
)
from .contract.feature_service_pb2 import Timing as TimingMessage
from .contract.head_service_pb2 import Drift as DriftMessage
from .contract.head_service_pb2 import Head as HeadMessage
from .contract.head_service_pb2 import ListHeadsResponse
from .contract.scores_pb2 import ClassScore as ClassScoreMessage
from .contract.scores_pb2 import HeadScores as HeadScoresMessage
from .contract.scores_pb2 import HeatMap as HeatMapMessage
from .contract.tensors_pb2 import Layer as LayerMessage
from .results import (
    Backbone,
    Classification,
    ClassScore,
    Drift,
    FeatureMap,
    Head,
    Heads,
    HeadScores,
    HeatMap,
    Layer,
    Novelty,
    Timing,
)
from .statuses import error_of_status


def classification(answer: ClassifyResponse) -> Classification:
    return Classification(tuple(map(_head_scores, answer.heads)), _timing(answer.timing))


def feature_map(answer: ExtractResponse, shape: tuple[int, int, int]) -> FeatureMap:
    """`shape`: of a map. The values are not copied, and read-only."""
    values = np.frombuffer(answer.maps.data, np.dtype("<f4")).reshape(shape)
    return FeatureMap(values, answer.maps.backbone, _timing(answer.timing))


def backbone(answer: GetBackboneResponse) -> Backbone:
    return Backbone(
        id=answer.id,
        name=answer.name,
        preprocessing=answer.preprocessing,
        weights_sha256=answer.weights_sha256,
        input_shape=_three(answer.input_shape),
        output_shape=_three(answer.output_shape),
        parameters=answer.parameters,
        layers=_layers(answer.layers),
        precision=answer.precision,
        device=answer.device,
        execution_provider=answer.execution_provider,
        max_image_bytes=answer.max_image_bytes,
        max_batch=answer.max_batch,
    )


def heads(answer: ListHeadsResponse) -> Heads:
    return Heads(tuple(map(_head, answer.heads)), answer.default_head)


def _head(message: HeadMessage) -> Head:
    return Head(
        name=message.name,
        version=message.version,
        backbone=message.backbone,
        labels=tuple(message.labels),
        parameters=message.parameters,
        layers=_layers(message.layers),
        default_version=message.default_version,
        takes_pooled_maps=message.takes_pooled_maps,
        explains=message.explains,
        measures_novelty=message.measures_novelty,
        drift=_drift(message.drift) if message.HasField("drift") else None,
        release_labels=tuple(message.release_labels),
        traffic_percent=message.traffic_percent,
        shadow=message.shadow,
    )


def _drift(message: DriftMessage) -> Drift:
    distance = message.distance if message.HasField("distance") else None
    return Drift(message.maps, message.novel_maps, distance)


def _class_score(message: ClassScoreMessage) -> ClassScore:
    threshold = message.threshold if message.HasField("threshold") else None
    return ClassScore(message.label, message.index, message.score, threshold)


def _head_scores(message: HeadScoresMessage) -> HeadScores:
    return HeadScores(
        head=message.head,
        version=message.version,
        scores=tuple(map(_class_score, message.scores)),
        heat_map=_heat_map(message.heat_map) if message.HasField("heat_map") else None,
        novelty=(
            Novelty(message.novelty.distance, message.novelty.threshold)
            if message.HasField("novelty")
            else None
        ),
        error=error_of_status(message.error) if message.HasField("error") else None,
        by_traffic_split=message.by_traffic_split,
    )


def _heat_map(message: HeatMapMessage) -> HeatMap:
    values = np.array(message.values, np.float32).reshape(message.height, message.width)
    values.flags.writeable = False
    return HeatMap(message.label, values)


def _timing(message: TimingMessage) -> Timing:
    return Timing(
        message.decode_us, message.queue_us, message.backbone_us, message.head_us, message.cached
    )


def _layers(messages: Iterable[LayerMessage]) -> tuple[Layer, ...]:
    return tuple(Layer(m.name, m.type, tuple(m.output_shape), m.parameters) for m in messages)


def _three(sizes: Iterable[int]) -> tuple[int, int, int]:
    height, width, channels = sizes
    return height, width, channels
