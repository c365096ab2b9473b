"""What can be wrong with what an order would change."""

from gardefou.errors import BadInputError, ConflictError


class ChangeError(BadInputError):
    """What the order would change cannot be read."""

    code = "change"


class FoundedError(ConflictError):
    """The house is founded already; its safeguards change only by orders."""

    code = "founded"


class StillNeededError(ConflictError):
    """Who they are is still needed."""

    code = "still_needed"


class NothingToChangeError(ConflictError):
    """It is so already."""

    code = "nothing_to_change"
