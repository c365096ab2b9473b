"""What can be wrong with what is asked of an incident or a statement."""

from gardefou.errors import BadInputError, ConflictError, NotFoundError


class UnknownIncidentError(NotFoundError):
    """There is no incident by that number."""

    code = "unknown_incident"


class UnknownStatementError(NotFoundError):
    """There is no statement by that number."""

    code = "unknown_statement"


class EmptyStatementError(BadInputError):
    """A statement asserts something: choose at least one sentence."""

    code = "empty_statement"


class UnsupportedClaimError(BadInputError):
    """The record does not show that; a statement asserts only what it shows."""

    code = "unsupported_claim"


class PublishedError(ConflictError):
    """A published statement is never edited; a new one can replace it."""

    code = "published"


class NotPublishedError(ConflictError):
    """Only a published statement can be replaced."""

    code = "not_published"


class StoodDownError(ConflictError):
    """The incident was stood down already."""

    code = "stood_down"
