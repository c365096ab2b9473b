"""Errors of the database itself."""

from sqlalchemy.exc import SQLAlchemyError

from gardefou.errors import ConfigurationError, GardefouError


class DatabaseUnreachableError(ConfigurationError):
    """The database does not answer."""

    code = "database_unreachable"


class SchemaMismatchError(ConfigurationError):
    """The database is not at this program's revision."""

    code = "schema_mismatch"


class TooManyTriesError(GardefouError):
    """This has been tried too often from here."""

    code = "too_many_tries"

    @property
    def wait(self) -> int:
        """After how many whole seconds the next try counts."""
        return max(1, int(self.fields["seconds"]))


class TooManyWaitError(ConfigurationError):
    """More comes than can be written down now; nothing was taken. Send it again in a moment."""

    code = "too_many_wait"
    #: After how many whole seconds less may wait.
    wait = 2


class TooBusyError(TooManyWaitError):
    """Too much is under way at once, and nobody was free in time. Try again in a moment."""

    code = "too_busy"


class CommitUnsureError(SQLAlchemyError):
    """The database went away while it was told to keep what was written; whether it did nobody can tell.

    A database's error, as any other that comes out of a transaction: whoever expects those expects this one.
    """
