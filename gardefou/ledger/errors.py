"""Errors of the record.

BadInputError
└── EntryError       something that no entry can hold
NotFoundError
└── NotPublishedError an entry that no published head stands for yet
CorruptionError
├── ProofError       a proof that proves nothing
├── NoteError        a signed note, or a key, that cannot be believed
├── ReceiptError     a receipt that is none
├── ArchiveError     a file of files that is none, or was changed
├── TileMissingError a tile that was published is not where it was
├── BehindError      the record does not lead to what was published of it
└── HeadError        the head and the right edge of the tree disagree
"""

from gardefou.errors import BadInputError, CorruptionError, NotFoundError


class EntryError(BadInputError):
    """No entry can hold this."""

    code = "entry"


class NotPublishedError(NotFoundError):
    """No published head stands for this entry yet; it comes within a second: ask again."""

    code = "not_published"


class ProofError(CorruptionError):
    """The proof does not prove it."""

    code = "proof"


class NoteError(CorruptionError):
    """The note, or the key, cannot be believed."""

    code = "note"


class ReceiptError(CorruptionError):
    """This is no receipt."""

    code = "receipt"


class ArchiveError(CorruptionError):
    """This is no archive of ours."""

    code = "archive"


class TileMissingError(CorruptionError):
    """A tile is missing."""

    code = "tile_missing"


class BehindError(CorruptionError):
    """The record is behind what was published of it."""

    code = "behind"


class HeadError(CorruptionError):
    """The record's head does not agree with its tree."""

    code = "ledger_head"
