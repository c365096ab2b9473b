"""The next case: one button, one key, and whoever presses it has the first case that is free and for them."""

from litestar import post
from litestar.response import Redirect

from gardefou.desk.forms import Fields
from gardefou.desk.hatch import Hatch
from gardefou.desk.queue import chosen_of
from gardefou.may import May
from gardefou.staff.sessions import SignedIn


@post("/desk/next", may=May.STAFF, asks=("language",), sync_to_thread=True)
def take_next(hatch: Hatch, me: SignedIn, fields: Fields) -> Redirect:
    """Take hold of the next case, in the language the reader has narrowed the queue to, and open it."""
    chosen = chosen_of(fields.text("language"), "", "")
    found = hatch.take(actor=me.actor, locale=chosen.language or None)
    if found is None:
        return Redirect(f"/desk{chosen.query(none_free='1')}", status_code=303)
    return Redirect(f"/desk/cases/{found.case_id}{chosen.query()}", status_code=303)
