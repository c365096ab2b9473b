"""Errors of the front door, and the exit code that each family gets (documented in docs/howto/exit-codes.md)."""

from gardefou.errors import BadInputError, ConfigurationError, GardefouError, NotFoundError

OK = 0
FINDING = 1
BAD_INPUT = 2
CONFIGURATION = 3
BUG = 70
INTERRUPTED = 130


class SettingsError(ConfigurationError):
    """A setting cannot be used."""

    code = "settings"


class UnwritableFolderError(ConfigurationError):
    """The data folder cannot be written to."""

    code = "unwritable_folder"


class PortInUseError(ConfigurationError):
    """Another program listens on the port."""

    code = "port_in_use"


class DemoOnlyError(ConfigurationError):
    """What belongs to the demo stays in the demo."""

    code = "demo_only"


class RecordUnwritableError(ConfigurationError):
    """The record cannot be written to."""

    code = "record_unwritable"


class LedgerKeyError(ConfigurationError):
    """The record's log cannot be signed."""

    code = "ledger_key"


class PublishedBeforeError(ConfigurationError):
    """Another house has published its record here."""

    code = "published_before"


class UploadError(BadInputError):
    """These reports cannot be taken in as they were sent."""

    code = "upload"


class UndeclaredDoorError(GardefouError):
    """Nobody said who may come through this door."""

    code = "undeclared_door"


class OtherRolesError(GardefouError):
    """This page is for other roles."""

    code = "other_roles"


class NotReadyError(ConfigurationError):
    """The house cannot be founded yet."""

    code = "not_ready"


class UnknownHostError(BadInputError):
    """This site does not answer to that name."""

    code = "unknown_host"


class UnreadableFormError(BadInputError):
    """What was sent is no form that anybody could read, or did not come to its end."""

    code = "unreadable_form"


class ForeignFormError(GardefouError):
    """The form was sent by another site."""

    code = "foreign_form"


class NoReceiptError(NotFoundError):
    """Only whoever proposed an order gets its receipts."""

    code = "no_receipt"


class FileUnreadableError(BadInputError):
    """The file cannot be read."""

    code = "file_unreadable"


class BadKeyError(BadInputError):
    """A key cannot be used."""

    code = "bad_key"


class RowsRejectedError(BadInputError):
    """Some rows were rejected, and nothing was imported."""

    code = "rows_rejected"


def exit_code(problem: GardefouError) -> int:
    """Return what the program ends with after this problem."""
    if isinstance(problem, BadInputError):
        return BAD_INPUT
    if isinstance(problem, ConfigurationError):
        return CONFIGURATION
    return FINDING


class CategoryError(BadInputError):
    """A report can be about nothing of that name."""

    code = "category"


class UnknownReportedPostError(NotFoundError):
    """There is no such post to report."""

    code = "unknown_reported_post"
