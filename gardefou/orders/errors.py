"""What can be wrong with what an order is asked to do. A refusal is not here: it is a verdict."""

from gardefou.errors import BadInputError, ConfigurationError, ConflictError, NotFoundError


class UnknownKindError(BadInputError):
    """There is no order of that kind."""

    code = "unknown_kind"


class UnknownReasonError(BadInputError):
    """There is no such reason."""

    code = "unknown_reason"


class UnknownClauseError(BadInputError):
    """The rulebook in force has no such clause in its policy."""

    code = "unknown_clause"


class UnknownSubjectError(NotFoundError):
    """There is nothing to act upon by that name."""

    code = "unknown_subject"


class UnreadableChangeError(BadInputError):
    """What the order would change cannot be read."""

    code = "unreadable_change"


class UnknownOrderError(NotFoundError):
    """There is no order by that number."""

    code = "unknown_order"


class TextTooLongError(BadInputError):
    """The text given with this step is too long."""

    code = "text_too_long"


class MisleadingTextError(BadInputError):
    """The text given with this step holds a character that would control how it is shown."""

    code = "misleading_text"


class ExecutionsStoppedError(ConflictError):
    """The clock, the database's guards, a setting or the record must be seen to first; restoring goes on."""

    code = "executions_stopped"


class ErasedError(ConflictError):
    """Who the order is about was erased."""

    code = "erased"


class ClocksError(BadInputError):
    """The times given for this order cannot be kept."""

    code = "clocks"


class NothingToRestoreError(ConflictError):
    """Nothing is in effect there, so there is nothing to restore."""

    code = "nothing_to_restore"


class AlreadyInEffectError(ConflictError):
    """It is so already."""

    code = "already_in_effect"


class AlreadyOpenError(ConflictError):
    """An order of that kind is already open there."""

    code = "already_open"


class NotOpenError(ConflictError):
    """The order is no longer open."""

    code = "not_open"


class NotCaretakerError(BadInputError):
    """This person cannot hand this order over, or not to that one."""

    code = "not_caretaker"


class OtherOrderError(ConflictError):
    """What was signed is not this order as it stands; read it again."""

    code = "other_order"


class AlreadyVotedError(ConflictError):
    """This person has already given that answer to this order."""

    code = "already_voted"


class RaceLostError(ConflictError):
    """Somebody else moved this order in the same instant; look again."""

    code = "race_lost"


class NoRulebookError(ConfigurationError):
    """No rulebook is in force: run `gardefou init`."""

    code = "no_rulebook"


class AlteredRulebookError(ConfigurationError):
    """The rulebook in force was changed behind the record's back; run `gardefou ledger verify`, and put it back."""

    code = "altered_rulebook"
