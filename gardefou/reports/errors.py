"""What can be wrong with a report, or with what somebody wants to do to a case.

BadInputError
├── ReportError              a report that cannot be taken as it is
├── FigureError              a figure that cannot be asked for like that
├── WorkerError              this person does not work on such cases
│   └── TooNearError         the account is theirs, their employer's, or one they follow
├── NoteError                a note that cannot be kept
├── MacroError               a template that cannot be kept
├── BlurError                a list of words to blur that cannot be kept
├── UnfilledError            a template that cannot be used here: not all of its variables are filled
├── MisuseError              what cannot be decided about a reporter, or contested, like that
├── UnknownCaseError         (NotFoundError)
├── UnknownBatchError        (NotFoundError)
├── UnknownMacroError        (NotFoundError)
├── UnknownMeasureError      (NotFoundError)
├── UnknownAsideError        (NotFoundError)
├── UnknownReportedError     (NotFoundError) no such account to report
├── CaseClosedError          (ConflictError)
├── CaseChangedError         (ConflictError)
├── BurstChangedError        (ConflictError)
├── KeyUsedError             (ConflictError) an upload's key that stands for another
├── MeasureChangedError      (ConflictError)
└── HeldByAnotherError       (ConflictError)
"""

from gardefou.errors import BadInputError, ConflictError, NotFoundError


class ReportError(BadInputError):
    """This report cannot be taken as it is."""

    code = "report"


class FigureError(BadInputError):
    """These figures cannot be asked for like that."""

    code = "figure"


class WorkerError(BadInputError):
    """This person does not work on such cases."""

    code = "worker"


class TooNearError(WorkerError):
    """This case is about an account too near to this person; somebody else decides it."""

    code = "too_near"


class NoteError(BadInputError):
    """This note cannot be kept."""

    code = "note"


class MacroError(BadInputError):
    """This template cannot be kept."""

    code = "macro"


class BlurError(BadInputError):
    """This list of words to blur cannot be kept."""

    code = "blur"


class UnfilledError(BadInputError):
    """This template cannot be used here: not all of its variables are filled."""

    code = "unfilled"


class MisuseError(BadInputError):
    """This cannot be decided, or contested, like that."""

    code = "misuse"


class CursorError(BadInputError):
    """That is not a place in the list; begin at its start."""

    code = "cursor"


class UnknownCaseError(NotFoundError):
    """There is no case by that number."""

    code = "unknown_case"


class UnknownBatchError(NotFoundError):
    """Nobody decided several cases under that number."""

    code = "unknown_batch"


class UnknownMacroError(NotFoundError):
    """There is no template by that number."""

    code = "unknown_macro"


class UnknownMeasureError(NotFoundError):
    """Nothing was decided about a reporter under that number."""

    code = "unknown_measure"


class UnknownAsideError(NotFoundError):
    """No reports are set aside under that number."""

    code = "unknown_aside"


class UnknownReportedError(NotFoundError):
    """There is no such account to report."""

    code = "unknown_reported"


class CaseClosedError(ConflictError):
    """This case is closed."""

    code = "case_closed"


class CaseChangedError(ConflictError):
    """This case has changed since you looked; look again."""

    code = "case_changed"


class BurstChangedError(ConflictError):
    """This burst has changed since you looked; look again."""

    code = "burst_changed"


class KeyUsedError(ConflictError):
    """Other reports were sent under this key."""

    code = "key_used"


class MeasureChangedError(ConflictError):
    """Something else was decided about this reporter meanwhile; look again."""

    code = "measure_changed"


class HeldByAnotherError(ConflictError):
    """Somebody else holds this case."""

    code = "held_by_another"
