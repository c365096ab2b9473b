"""By what somebody is proposed, and what whoever decides has to weigh: Article 23(3), in numbers and in words."""

from enum import StrEnum

from gardefou.clock import DAY

#: Decisions of so long ago count.
WINDOW = 30 * DAY
#: So many cases somebody reported in were rejected within it, each counted once, and of every hundred so many.
REJECTED, SHARE = 10, 75
#: Of what was reported after a warning, so many rejected again are enough to propose a suspension.
REJECTED_AGAIN = 3
#: A warning is remembered for so long; after that another comes first.
WARNED_FOR = 180 * DAY
#: So many of somebody's rejected reports are read again before anything is decided.
READ_AGAIN = 12
#: For how long reports can be left unprocessed, in days.
LENGTHS = (7, 14, 30, 90)


class Gravity(StrEnum):
    """How grave the misuse and what followed from it are. Values are stored: never change one."""

    TIME = "time lost"
    HARM = "somebody harmed"
    GRAVE = "grave harm"


class Intent(StrEnum):
    """With what intention, as far as that can be seen. Values are stored: never change one."""

    UNKNOWN = "not known"
    CARELESS = "careless"
    DELIBERATE = "deliberate"
    CONCERTED = "concerted"


def enough(decided: int, rejected: int, *, warned: bool) -> bool:
    """Return whether a record is reason enough to propose something.

    Args:
        decided: how many cases they reported in were decided in the window.
        rejected: how many of these were rejected.
        warned: whether a warning stands; then only what was reported after it is counted.
    """
    least = REJECTED_AGAIN if warned else REJECTED
    return rejected >= least and rejected * 100 >= decided * SHARE
