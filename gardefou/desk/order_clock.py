"""The big clock of an order: until when, what then, and what is said aloud when little is left."""

from collections.abc import Callable
from dataclasses import dataclass

from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.words import gettext as _
from gardefou.words import ngettext, numbers

#: At how many minutes left a clock speaks; each second would say nothing.
_SPEAKS_AT = (5, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Until when, in figures and words; `say` has what is spoken once that many minutes are left."""

    until: int
    text: str
    words: str
    say: tuple[tuple[int, str], ...]


def order_clock(order: Order, missing: int, now: int) -> Clock | None:
    """Return the clock that runs for an order, or None when none does."""
    if order.state is State.WAITING and order.approve_by is not None:
        return _clock(order.approve_by, now, _waiting(missing), _say_void)
    if order.state is State.HELD and order.effect_at is not None:
        return _clock(order.effect_at, now, _held(order.effect_at, now), _say_effect)
    if order.in_effect and order.lift_at is not None:
        return _clock(order.lift_at, now, _in_effect(order.lift_at, now), _say_lift)
    return None


def _clock(until: int, now: int, words: str, say: Callable[[int], str]) -> Clock:
    spoken = tuple((minutes, say(minutes)) for minutes in _SPEAKS_AT)
    return Clock(until=until, text=numbers.countdown(until - now), words=words, say=spoken)


def _waiting(missing: int) -> str:
    if not missing:
        return _("to tell everyone concerned, then it is void")
    return ngettext("to find %(count)s person, then it is void", "to find %(count)s people, then it is void", missing)


def _held(at: int, now: int) -> str:
    if numbers.is_far(at, now):
        return _("until it takes effect, %(day)s", day=numbers.weekday_and_time(at))
    return _("until it takes effect, at %(time)s", time=numbers.clock_time(at, seconds=True))


def _in_effect(at: int, now: int) -> str:
    if numbers.is_far(at, now):
        return _("until it lifts by itself, %(day)s", day=numbers.weekday_and_time(at))
    return _("until it lifts by itself, at %(time)s", time=numbers.clock_time(at))


def _say_void(minutes: int) -> str:
    return ngettext("%(count)s minute left, then it is void.", "%(count)s minutes left, then it is void.", minutes)


def _say_effect(minutes: int) -> str:
    return ngettext(
        "%(count)s minute left before it takes effect.", "%(count)s minutes left before it takes effect.", minutes
    )


def _say_lift(minutes: int) -> str:
    return ngettext(
        "%(count)s minute left, then it lifts by itself.", "%(count)s minutes left, then it lifts by itself.", minutes
    )
