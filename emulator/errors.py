"""The errors clients know, as exceptions. Code raises the AWS word; `api/errors.py` alone turns it into bytes.
One more is for whoever starts an emulator.

Names, members and statuses are those of the two service models (`qldb` 2019-01-02, `qldb-session` 2019-07-11).
"""

from typing import ClassVar


class AwsError(Exception):
    """An error a client is told about: its AWS name is the class's name, `status` the HTTP status."""

    status: ClassVar[int] = 400

    def __init__(self, message: str, **members: str) -> None:
        super().__init__(message)
        self.message = message
        self.members = members
        """Further members of the error's shape, such as `ResourceName`."""

    @property
    def code(self) -> str:
        return type(self).__name__


# Control plane


class InvalidParameterException(AwsError):
    def __init__(self, message: str, parameter_name: str) -> None:
        super().__init__(message, ParameterName=parameter_name)


class _ResourceError(AwsError):
    def __init__(self, message: str, resource_type: str, resource_name: str) -> None:
        super().__init__(message, ResourceType=resource_type, ResourceName=resource_name)


class ResourceAlreadyExistsException(_ResourceError):
    status = 409


class ResourceInUseException(_ResourceError):
    status = 409


class ResourceNotFoundException(_ResourceError):
    status = 404


class ResourcePreconditionNotMetException(_ResourceError):
    status = 412


class LimitExceededException(AwsError):
    """Of both services; the control plane's has a `ResourceType`, the session's only a message."""

    def __init__(self, message: str, resource_type: str | None = None) -> None:
        super().__init__(message, **({"ResourceType": resource_type} if resource_type else {}))


# Session


class BadRequestException(AwsError):
    def __init__(self, message: str, error_code: str | None = None) -> None:
        """`error_code` is the shape's own `Code` member, a number in text such as "432" for a semantic error."""
        super().__init__(message, **({"Code": error_code} if error_code else {}))


class InvalidSessionException(AwsError):
    """The session, or its transaction, is gone. Drivers match `Transaction .* has expired` in the message."""


class OccConflictException(AwsError):
    def __init__(self) -> None:
        super().__init__("Optimistic concurrency control (OCC) failure encountered while committing the transaction")


class RateExceededException(AwsError):
    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class CapacityExceededException(AwsError):
    status = 503

    def __init__(self) -> None:
        super().__init__("Capacity exceeded")


# Every AWS service has these, in no model


class AccessDeniedException(AwsError):
    status = 403


class UnknownOperationException(AwsError):
    status = 404


class UnsupportedOperationException(AwsError):
    """The sandbox has the service, and not this of it."""

    status = 501


class SerializationException(AwsError):
    """The body is not what the protocol sends: no JSON, or a member of another type."""


class RequestEntityTooLargeException(AwsError):
    status = 413


class InternalFailure(AwsError):
    status = 500

    def __init__(self) -> None:
        super().__init__("The request processing has failed because of an unknown error, exception or failure.")


class ServiceUnavailable(AwsError):
    """The server stops. Drivers try again after a 503."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The request has failed due to a temporary failure of the server.")


class ThrottlingException(AwsError):
    """The control plane's word for too many requests; only a fault rule says it here."""

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


# Before there are clients


class StartError(Exception):
    """An emulator cannot be what was asked for; the message is one sentence for whoever asked."""
