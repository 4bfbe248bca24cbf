"""The exceptions of this package: one class for each kind of failure."""

from __future__ import annotations


class Vgg16Error(Exception):
    """Whatever this package raises. The message is one line."""


class ConfigurationError(Vgg16Error, ValueError):
    """An argument, a certificate or a token that can't be used. Nothing was sent."""


class ServiceError(Vgg16Error):
    """A call, or one image of a stream, that failed.

    Attributes:
        message: one line.
        code: gRPC's name of the status, such as "NOT_FOUND".
        field: the field of the request that is at fault, such as "image.encoded", or None.
        retry_after: seconds until a retry has a chance, where the service says so, or None.

    >>> error = OverloadedError("the queue is full", "RESOURCE_EXHAUSTED", retry_after=0.2)
    >>> print(error)
    the queue is full
    >>> error.retry_after
    0.2
    """

    def __init__(
        self,
        message: str,
        code: str = "UNKNOWN",
        field: str | None = None,
        retry_after: float | None = None,
    ):
        super().__init__(message, code, field, retry_after)
        self.message = message
        self.code = code
        self.field = field
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message


class InvalidArgumentError(ServiceError):
    """The image can't be used, or another field of the request; `field` names it."""


class ImageError(InvalidArgumentError):
    """An image that was not sent: its file can't be read, or an array has the wrong form."""


class NotFoundError(ServiceError):
    """No such head, or no such version of it."""


class FailedPreconditionError(ServiceError):
    """The head is for another backbone, or can't explain or measure novelty."""


class OverloadedError(ServiceError):
    """Too much is waiting already, or the message is over the server's limit."""


class DeadlineExceededError(ServiceError):
    """No answer in time."""


class UnavailableError(ServiceError):
    """Nothing answers at the target, or the service has no head replica."""


class UnauthenticatedError(ServiceError):
    """The token is missing, or not one of the service's."""


class PermissionDeniedError(ServiceError):
    """The caller may not call this."""


class UnimplementedError(ServiceError):
    """The server at the target is another one."""


class InternalError(ServiceError):
    """A defect, or an image that each head replica aborted."""


class CallCancelledError(ServiceError):
    """The call was cancelled, by its caller or by the service."""
