"""What keeps a moderation call from being answered as it was asked; the words are what a client shows."""

from gardefou.network.api.errors import ClientError
from gardefou.words import gettext as _


class NobodyBehindError(ClientError):
    """This program acts as nobody who works here."""

    code = "nobody_behind"
    status = 403

    @classmethod
    def at(cls, address: str) -> "NobodyBehindError":
        """Return the error with where to mend it."""
        return cls(
            _(
                "Nothing has changed. This program acts as nobody who works here: "
                "sign in at the desk and choose it at %(address)s.",
                address=address,
            )
        )


class NotHereError(ClientError):
    """There is no such thing in this house."""

    code = "not_here"
    status = 422


class NotDoneError(ClientError):
    """It has not happened, or not yet."""

    code = "not_done"
    status = 422


class RefusedError(ClientError):
    """The rules refuse it."""

    code = "refused"
    status = 403
