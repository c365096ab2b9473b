"""The next case: one button, one key, and whoever presses it has the first case that is free and for them."""

from litestar import post
from litestar.response import Redirect

from gardefou.clock import Clock
from gardefou.desk.forms import Fields
from gardefou.desk.queue import chosen_of
from gardefou.may import May
from gardefou.reports.next_case import next_case
from gardefou.reports.offers import Follows
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database


@post("/desk/next", may=May.STAFF, asks=("language",), sync_to_thread=True)
def take_next(db: Database, clock: Clock, me: SignedIn, follows: Follows, fields: Fields) -> Redirect:
    """Take hold of the next case, in the language the reader has narrowed the queue to, and open it."""
    chosen = chosen_of(fields.text("language"), "", "")
    with db.transaction() as tx:
        found = next_case(tx, actor=me.actor, now=clock.now(), locale=chosen.language or None, follows=follows)
    if found is None:
        return Redirect(f"/desk{chosen.query(none_free='1')}", status_code=303)
    return Redirect(f"/desk/cases/{found.case_id}{chosen.query()}", status_code=303)
