"""What staff may do to members' things on this network, standings aside: each in the name of an order.

The whole list is `ACTS`. Whoever adds a verb here adds it there, and a house test then asks for its kind of order.
"""

from collections.abc import Callable, Mapping

from gardefou.network.staff.block import block, unblock
from gardefou.network.staff.change_contact import change_contact
from gardefou.network.staff.end_ways_in import end_ways_in
from gardefou.network.staff.followers import give_back, take_away
from gardefou.network.staff.remove_post import remove_post
from gardefou.network.staff.rename import rename
from gardefou.network.staff.speak import speak_as, unsay

__all__ = (
    "ACTS",
    "block",
    "change_contact",
    "end_ways_in",
    "give_back",
    "remove_post",
    "rename",
    "speak_as",
    "take_away",
    "unblock",
    "unsay",
)

#: What is done → what takes it back; None where nothing does.
ACTS: Mapping[Callable[..., object], Callable[..., object] | None] = {
    rename: rename,
    block: unblock,
    take_away: give_back,
    change_contact: None,
    end_ways_in: None,
    speak_as: unsay,
    remove_post: None,
}
