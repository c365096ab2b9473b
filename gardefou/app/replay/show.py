"""Print the two lanes of a replay side by side, in colour, and as JSON."""

from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gardefou.app.replay.lane import Lane, Moment
from gardefou.app.replay.scenario import Scenario
from gardefou.clock import SECOND, to_datetime
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import duration, followers, number

#: Narrower than this, the second lane stands below the first.
SIDE_BY_SIDE = 110
_STYLES = {"gone": "bold red", "back": "bold green", "refused": "bold", "nothing to restore": "green"}


def as_json(happened: Lane, ruled: Lane) -> dict[str, Any]:
    """Return both lanes as plain values."""
    return {"as_it_happened": happened.to_json(), "with_rulebook": ruled.to_json()}


def show(console: Console, scenario: Scenario, happened: Lane, ruled: Lane) -> None:
    """Print the timelines, then the figures."""
    account = scenario.account
    console.print(Text(scenario.title, style="bold"))
    reach = followers(account.followers)
    console.print(
        _("@%(handle)s, %(reach)s, %(posts)s posts", handle=account.handle, reach=reach, posts=number(account.posts))
    )
    console.print()
    left, right = _lane(_("As it happened"), happened), _lane(_("With the rulebook"), ruled)
    if console.width < SIDE_BY_SIDE:
        console.print(left, right)
    else:
        lanes = Table.grid(expand=True, padding=(0, 1))
        lanes.add_column(ratio=1)
        lanes.add_column(ratio=1)
        lanes.add_row(left, right)
        console.print(lanes)
    console.print(_figures(happened, ruled))


def _lane(title: str, lane: Lane) -> RenderableType:
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column()
    last = 0
    for moment in lane.timeline:
        lines.add_row(_when(moment, last), _line(moment))
        last = moment.at
    return Panel(Group(lines), title=f"{title} ({lane.rulebook})", title_align="left")


def _when(moment: Moment, last: int) -> Text:
    """Return the time, and how long after the line above; what is assumed looks assumed."""
    at = to_datetime(moment.at)
    about = _("about") + " " if moment.certainty == "assumed" else ""
    after = f"  +{duration(moment.at - last)}" if last and moment.at > last else ""
    return Text(f"{about}{at:%d %b %H:%M:%S}", style="dim italic" if about else "") + Text(after, style="dim")


def _line(moment: Moment) -> Text:
    words = {
        "reported": _("%(who)s reports the account"),
        "asked": _("%(who)s asks to hide it"),
        "approved": _("%(who)s approves"),
        "vetoed": _("%(who)s vetoes"),
        "nothing to approve": _("%(who)s finds nothing to approve"),
        "nothing to stop": _("%(who)s finds nothing to stop"),
        "refused": _("refused: nothing changed"),
        "waiting": _("waiting for people"),
        "held": _("accepted: waiting for its time"),
        "voided": _("void: nothing changed"),
        "gone": _("THE PAGE IS GONE"),
        "restored": _("%(who)s restores it"),
        "back": _("the page is back"),
        "nothing to restore": _("%(who)s finds nothing to restore"),
        "stated": _("%(who)s states: %(says)s"),
        "commented": _("%(says)s"),
        "not needed": _("not needed: the page never went"),
    }[moment.what]
    sentence = words % {"who": moment.who, "says": moment.says}
    rules = f"  [{', '.join(moment.rules)}]" if moment.rules and moment.certainty == "computed" else ""
    return Text(sentence, style=_STYLES.get(moment.what, "")) + Text(rules, style="dim")


def _figures(happened: Lane, ruled: Lane) -> Table:
    table = Table(expand=True)
    table.add_column("")
    table.add_column(_("As it happened"))
    table.add_column(_("With the rulebook"))
    rows: list[tuple[str, str | Text, str | Text]] = [
        (_("Time dark"), _dark(happened), _dark(ruled)),
        (_("People it took to hide the account"), _people(happened), _people(ruled)),
        (_("What stopped it"), _stopper(happened), _stopper(ruled)),
        (_("Time to say who did it, by role"), _known(happened), _known(ruled)),
    ]
    for row in rows:
        table.add_row(*row)
    return table


def _dark(lane: Lane) -> Text:
    seconds = lane.dark_seconds
    shown = f"{duration(seconds * SECOND)} ({number(seconds)} s)" if seconds else "0 s"
    return Text(shown, style="bold red" if seconds else "bold green")


def _people(lane: Lane) -> str:
    people = ngettext("%(count)s person", "%(count)s people", lane.people_needed)
    return people + (_(", and %(time)s", time=duration(lane.hold)) if lane.hold else "")


def _stopper(lane: Lane) -> str:
    if lane.stopped_by == "rule":
        return _("%(rules)s, before anything changed", rules=", ".join(lane.rules))
    if lane.stopped_by == "person":
        return _("a person, %(time)s after the page was gone", time=duration(lane.dark_seconds * SECOND))
    return _("nobody")


def _known(lane: Lane) -> str:
    if lane.seconds_to_know is None:
        return _("never")
    if lane.outcome == "stayed up":
        return _("%(time)s, from the record", time=duration(lane.seconds_to_know * SECOND))
    return duration(lane.seconds_to_know * SECOND)
