"""The one root of every error we raise on purpose.

The tree, each room adding its own branch in its `errors.py`:

    GardefouError
    ├── BadInputError        what was given cannot be used; nothing changed
    │   ├── NotFoundError    nothing by that name
    │   └── ConflictError    it was so when you looked; it is not so now
    ├── ConfigurationError   the house cannot stand as it is set up
    └── CorruptionError      the record does not agree with itself

A refusal is not an error: it is a verdict, a value. The class docstring is the default message, `code` is for machines
and never changes, and `fields` are what the words are filled with.
"""

from typing import ClassVar


class GardefouError(Exception):
    """Something went wrong inside Garde-fou."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None, **fields: str | int) -> None:
        """Keep the message and the named fields."""
        self.fields = fields
        super().__init__(message or (type(self).__doc__ or "").strip())

    @property
    def message(self) -> str:
        """The one line a person reads."""
        return str(self.args[0])


class BadInputError(GardefouError):
    """What was given cannot be used; nothing has changed."""

    code = "bad_input"


class NotFoundError(BadInputError):
    """There is nothing by that name."""

    code = "not_found"


class ConflictError(BadInputError):
    """It has changed since you looked; look again."""

    code = "conflict"


class ConfigurationError(GardefouError):
    """The house cannot stand as it is set up."""

    code = "configuration"


class CorruptionError(GardefouError):
    """The record does not agree with itself."""

    code = "corruption"
