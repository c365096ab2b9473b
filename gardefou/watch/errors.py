"""Errors of looking into the record.

BadInputError
├── LookupUnreadableError  what is looked for cannot be
└── BundleError            a bundle that cannot be written or read
"""

from gardefou.errors import BadInputError


class LookupUnreadableError(BadInputError):
    """The record cannot be searched for that."""

    code = "lookup"


class BundleError(BadInputError):
    """This is no bundle of the record."""

    code = "bundle"
