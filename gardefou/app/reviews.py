"""Lines of the roster are looked at again each year: who may confirm them is asked, once; nothing lapses by itself."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

from gardefou.accounts.queries import reviews_due
from gardefou.app.house import House, address
from gardefou.events import outbox
from gardefou.safeguards.found import founded
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import engaged_as
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.storage.house import remember, remembered
from gardefou.words import gettext as _
from gardefou.words import speak
from gardefou.words.numbers import day

#: Until which instant the lines that fell due have been told of.
ASKED = "reviews_asked_until"
#: Who is asked: both may enter a line again.
ASK = frozenset({Role.ADMINISTRATOR, Role.REVIEWER})
_MOST = 100


def ask_for_reviews(house: House, now: int) -> int:
    """Mail those who may confirm the lines that fell due since the last mail; return how many lines there are."""
    with house.db.transaction() as tx:
        if not founded(tx):
            return 0
        due = reviews_due(tx, int(remembered(tx, ASKED) or 0), now)
        readers = engaged_as(tx, ASK, now) if due else []
        for one in readers:
            _write(tx, house, one, due, now)
        if readers:
            remember(tx, key=ASKED, value=str(now))
    return len(due)


def _write(tx: Tx, house: House, reader: Colleague, due: Sequence[RowMapping], now: int) -> None:
    url = address(tx, house)
    with speak(reader.locale):
        listed = [f"- {day(row['review_by'])}  {url}/desk/who/{row['handle']}#protection" for row in due[:_MOST]]
        if len(due) > _MOST:
            listed.append("- …")
        text = _(
            "Nobody has looked at these lines of the roster for a year:\n\n%(lines)s\n\nThey go on protecting. Enter "
            "each again as it is, or propose to remove it.",
            lines="\n".join(listed),
        )
        body = {"to": reader.email, "subject": _("Lines of the roster to review"), "text": text}
    key = f"reviews:{now}:{reader.id}"
    outbox.enqueue(tx, now=now, topic="mail", key=key, body=body | {"locale": reader.locale})
