"""gRPC's statuses as exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from .connection_errors import CLIENT_CLOSED, connection_problem
from .contract.error_details_pb2 import BadRequest, RetryInfo
from .contract.status_pb2 import Status
from .errors import (
    CallCancelledError,
    DeadlineExceededError,
    FailedPreconditionError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ServiceError,
    UnauthenticatedError,
    UnavailableError,
    UnimplementedError,
)

_DETAILS = "grpc-status-details-bin"

_CODES = {code.value[0]: code.name for code in grpc.StatusCode}

_ERRORS: dict[str, type[ServiceError]] = {
    "CANCELLED": CallCancelledError,
    "DEADLINE_EXCEEDED": DeadlineExceededError,
    "FAILED_PRECONDITION": FailedPreconditionError,
    "INTERNAL": InternalError,
    "INVALID_ARGUMENT": InvalidArgumentError,
    "NOT_FOUND": NotFoundError,
    "PERMISSION_DENIED": PermissionDeniedError,
    "RESOURCE_EXHAUSTED": OverloadedError,
    "UNAUTHENTICATED": UnauthenticatedError,
    "UNAVAILABLE": UnavailableError,
    "UNIMPLEMENTED": UnimplementedError,
}

M = TypeVar("M", bound=Message)


class FailedCall(Protocol):
    """What gRPC raises, with and without asyncio."""

    def code(self) -> grpc.StatusCode: ...

    def details(self) -> str | None: ...

    def trailing_metadata(self) -> object: ...


def error_of_status(status: Status) -> ServiceError:
    """The failure of one item, or of one head."""
    code = _CODES.get(status.code, "UNKNOWN")
    return _error(code, status.message, status)


def error_of_call(target: str, failed: FailedCall) -> ServiceError:
    """The failure of a call, with the likely cause where no service answered it."""
    code = failed.code().name
    status = _status(failed)
    problem = None if status.details else connection_problem(target, code, failed.details() or "")
    return _error(code, problem or status.message, status)


def error_of_stream(target: str, failure: BaseException | None) -> ServiceError:
    """Why a stream has ended; `failure` is what reading from it raised."""
    if failure is None:
        return UnavailableError(f"{target} ends its streams", "UNAVAILABLE")
    if isinstance(failure, grpc.RpcError):
        return error_of_call(target, failure)
    message = " ".join(str(failure).split()) or type(failure).__name__
    error = InternalError(f"reading from {target} failed: {message}", "INTERNAL")
    error.__cause__ = failure
    return error


def client_closed() -> CallCancelledError:
    """For a call whose client was closed before it or meanwhile."""
    return CallCancelledError(CLIENT_CLOSED, "CANCELLED")


def _error(code: str, message: str, status: Status) -> ServiceError:
    kind = _ERRORS.get(code, ServiceError)
    return kind(" ".join(message.split()), code, _field(status), _retry_after(status))


def _status(failed: FailedCall) -> Status:
    """With the details of the trailers, where there are any that can be read."""
    metadata = failed.trailing_metadata()
    pairs = list(metadata) if hasattr(metadata, "__iter__") else []
    details = next((value for key, value in pairs if key == _DETAILS), None)
    try:
        status = Status.FromString(details) if isinstance(details, bytes) else Status()
    except DecodeError:
        status = Status()
    status.message = failed.details() or ""
    return status


def _field(status: Status) -> str | None:
    for bad in _details(status, BadRequest):
        for violation in bad.field_violations:
            return violation.field or None
    return None


def _retry_after(status: Status) -> float | None:
    for retry in _details(status, RetryInfo):
        return retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
    return None


def _details(status: Status, kind: type[M]) -> Iterator[M]:
    for detail in status.details:
        if detail.type_url.rpartition("/")[2] == kind.DESCRIPTOR.full_name:
            try:
                yield kind.FromString(detail.value)
            except DecodeError:
                continue
