"""What can be asked for beside a standing: names, followers, address, ways of signing in, and what is said."""

from dataclasses import replace

from gardefou.desk.acts import policy
from gardefou.desk.changes import Asking, Change
from gardefou.desk.labels import REASONS, reason
from gardefou.orders import labels
from gardefou.orders.kinds import Kind
from gardefou.reports import queries as reports
from gardefou.words import gettext as _


def deeds(ask: Asking, post: int | None) -> dict[str, object]:
    """Return what the page of an account offers; `post` is the one that the reader came from."""
    case = reports.open_case_of(ask.tx, ask.subject_id)
    return {
        "deeds": _forms(ask, post),
        "clauses": policy(ask.tx, ask.ports),
        "reasons": [("", _("Choose one")), *((value.value, reason(value.value)) for value in REASONS)],
        "case": case.id if case else None,
        "reports": case.counting if case else 0,
        "post": post,
    }


def _forms(ask: Asking, post: int | None) -> list[Change]:
    effects = {
        Kind.ACCOUNT_RENAME: _("Its address changes with its handle; one person can give it back."),
        Kind.ACCOUNT_BLOCK: _("It and another account no longer follow each other; one person can take it back."),
        Kind.ACCOUNT_UNFOLLOW: _("They no longer follow it; one person can give them back as they were."),
        Kind.ACCOUNT_CONTACT: _("Its owner signs in, and is written to, elsewhere. Nobody takes that back alone."),
        Kind.ACCOUNT_SPEAK: _("A post appears as its own, and says that moderators wrote it."),
    }
    ways_in = [(value, labels.ways_in(value)) for value in ("sessions", "password")]
    ended = _("Its owner is signed out. With the password, they set a new one by a link to their address.")
    found = [ask.form(kind, effect) for kind, effect in effects.items()]
    found.append(ask.choices(Kind.ACCOUNT_CREDENTIALS, ended, "ways_in", ways_in))
    return [*found, *_of_post(ask, post)]


def _of_post(ask: Asking, post: int | None) -> list[Change]:
    """Return the form that deletes a post, asked of the guard for the post the reader came from."""
    if post is None:
        return []
    found = ask.ports.subjects["post"].read(ask.tx, subject_id=post, now=ask.now, lock=False)
    if found is None or found.account_id != ask.subject_id:
        return []
    return [replace(ask, subject_id=post).form(Kind.POST_DELETE, _("It is gone for good. Hiding it is not."))]
