"""A member says what an image shows, and which point of it matters most."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.errors import DescriptionTooLongError, FocusError
from gardefou.network.media import own_unposted
from gardefou.network.tables import net_media
from gardefou.storage import Tx
from gardefou.words.plain import paragraphs

LONGEST_DESCRIPTION = 1500
_CORNER = 1.0
_LONGEST_FOCUS = 60


def describe_media(tx: Tx, *, actor: Actor, media_id: int, description: str | None, focus: str | None) -> None:
    """Describe an image that is not posted yet; what is None stays.

    Raises:
        NoSuchPageError: the member has no such image that waits.
        DescriptionTooLongError, FocusError: the words or the point cannot be used.
        OwnerCannotActError: the member is frozen or hidden.
    """
    own_unposted(tx, account_id=acting_member(tx, actor), media_id=media_id)
    values: dict[str, str | float] = {}
    if description is not None:
        values["description"] = described(description)
    if focus:
        values["focus_x"], values["focus_y"] = focused(focus)
    if values:
        tx.execute(update(net_media).where(net_media.c.id == media_id).values(**values))


def described(description: str) -> str:
    """Return a description as it is kept.

    Raises:
        DescriptionTooLongError: it is too long.
    """
    clean = paragraphs(description)
    if len(clean) > LONGEST_DESCRIPTION:
        raise DescriptionTooLongError(limit=LONGEST_DESCRIPTION, length=len(clean))
    return clean


def focused(focus: str) -> tuple[float, float]:
    """Return the point in `x,y`; the middle where there is none.

    Raises:
        FocusError: it is no point within the image.
    """
    if not focus.strip():
        return 0.0, 0.0
    if len(focus) > _LONGEST_FOCUS:
        raise FocusError
    try:
        x, y = (float(one) for one in focus.split(","))
    except ValueError:
        raise FocusError from None
    if not (-_CORNER <= x <= _CORNER and -_CORNER <= y <= _CORNER):
        raise FocusError
    return x, y
