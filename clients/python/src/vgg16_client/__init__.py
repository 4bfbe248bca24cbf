"""The client of the VGG16 services.

>>> from vgg16_client import Client
>>> with Client("localhost:50051") as client:
...     client.classify("samples/cat-chelsea.png").label
'cat'

`Client` blocks, `AsyncClient` has coroutines. What they answer is in `results`, what they raise in
`errors`.
"""

from .async_client import AsyncClient
from .client import Client
from .collected import Classifications, Collected, FeatureMaps
from .errors import (
    CallCancelledError,
    ConfigurationError,
    DeadlineExceededError,
    FailedPreconditionError,
    ImageError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ServiceError,
    UnauthenticatedError,
    UnavailableError,
    UnimplementedError,
    Vgg16Error,
)
from .images import ImageLike
from .items import Item
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
from .security import Security
from .sources import Images

__all__ = [
    "AsyncClient",
    "Backbone",
    "CallCancelledError",
    "ClassScore",
    "Classification",
    "Classifications",
    "Client",
    "Collected",
    "ConfigurationError",
    "DeadlineExceededError",
    "Drift",
    "FailedPreconditionError",
    "FeatureMap",
    "FeatureMaps",
    "Head",
    "HeadScores",
    "Heads",
    "HeatMap",
    "ImageError",
    "ImageLike",
    "Images",
    "InternalError",
    "InvalidArgumentError",
    "Item",
    "Layer",
    "NotFoundError",
    "Novelty",
    "OverloadedError",
    "PermissionDeniedError",
    "Security",
    "ServiceError",
    "Timing",
    "UnauthenticatedError",
    "UnavailableError",
    "UnimplementedError",
    "Vgg16Error",
]
