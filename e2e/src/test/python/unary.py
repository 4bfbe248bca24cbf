"""Calls of single methods, with the messages of the Python client."""

from collections.abc import Callable
from typing import Any

import grpc


def unary(channel: grpc.Channel, method: str, response: Any) -> Callable[..., Any]:
    """The call of a method of the contract, such as "HeadService/Score"."""
    return channel.unary_unary(
        f"/vgg16.v1.{method}",
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=response.FromString,
    )
