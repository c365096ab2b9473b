"""Why an owner cannot act, as they read it on signing in: what happened, when, why, until when, what they can do.

And what a reporter has to know of decisions about their reports before they send another.
"""

from collections.abc import Sequence

from gardefou.orders import labels
from gardefou.orders.kinds import GRAVITY
from gardefou.orders.order import Order
from gardefou.reports.misuse.measure import Measure
from gardefou.reports.misuse.standing_of import suspension_among
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time


def explain(in_effect: Sequence[Order]) -> list[str] | None:
    """Return the sentences for the gravest of the orders in effect; None when there is none."""
    if not in_effect:
        return None
    order = max(in_effect, key=lambda found: GRAVITY.index(found.shape.target))
    since = day_and_time(order.executed_at or order.proposed_at)
    sentences = [_what(order.shape.target, since)]
    if order.reason:
        sentences.append(_("The reason given: %(reason)s.", reason=labels.reason(order.reason)))
    if order.lift_at is not None:
        sentences.append(_("It is lifted by itself on %(when)s.", when=day_and_time(order.lift_at)))
    sentences.append(
        _(
            "You can contest this by answering the message we sent to your e-mail address, or by writing to the "
            "moderators and quoting order %(order)s. Someone who took no part in it reads what you write.",
            order=order.id,
        )
    )
    return sentences


def told_reporter(standing: Sequence[Measure]) -> list[str]:
    """Return what somebody has to know before they report again; nothing where nothing stands against them."""
    suspension = suspension_among(standing)
    if suspension is not None and suspension.until is not None:
        when = day_and_time(suspension.until)
        return [_("Your reports are not being processed until %(when)s: what you send now is not taken.", when=when)]
    if standing:
        return [
            _(
                "You have been warned: many of your reports were found manifestly unfounded. If that goes on, your "
                "reports are left unprocessed for a time."
            )
        ]
    return []


def _what(standing: str, since: str) -> str:
    return {
        "limited": _("Your account is out of public timelines and search since %(since)s.", since=since),
        "frozen": _("Your account is frozen since %(since)s: your page stays up, and you cannot act.", since=since),
        "hidden": _(
            "Your account is hidden since %(since)s: visitors read that the page does not exist, and you cannot act. "
            "Your posts and followers are kept.",
            since=since,
        ),
    }[standing]
