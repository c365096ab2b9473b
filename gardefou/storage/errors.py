"""Errors of the database itself."""

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


class TooManyWaitError(ConfigurationError):
    """More comes than can be written down now; nothing was taken. Send it again in a moment."""

    code = "too_many_wait"
