"""Errors of the record.

BadInputError
└── EntryError       something that no entry can hold
CorruptionError
├── ProofError       a proof that proves nothing
└── HeadError        the head and the right edge of the tree disagree
"""

from gardefou.errors import BadInputError, CorruptionError


class EntryError(BadInputError):
    """No entry can hold this."""

    code = "entry"


class ProofError(CorruptionError):
    """The proof does not prove it."""

    code = "proof"


class HeadError(CorruptionError):
    """The record's head does not agree with its tree."""

    code = "ledger_head"
