"""Codes and fields in, sentences out: why something was refused, who is missing, what the clock does.

The subject of every sentence is the rule or the page, never the person's character (LOOK §6). A code that is not known
here still gets an answer that does not claim more than that: the rules do not allow it.

Besides the guard's own fields, whoever renders a reason may add `handle`, `office` (what the roster calls the account's
owner), `ends` (when the engagement ends, in microseconds) and `signs_at` (when the key that was too new signs), and the
sentence then says so.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gardefou.words.language import gettext as _
from gardefou.words.language import ngettext
from gardefou.words.numbers import clock_time, countdown, day, day_and_time, duration, followers
from gardefou.words.roles import act, one_of, place, roles_held, tier

Fields = Mapping[str, str | int]
Sentence = tuple[str, str]

_DAY: Final = 86_400_000_000


def sentence(code: str, fields: Fields) -> Sentence:
    """Return a reason as a title and a detail, in the language spoken now; the detail may be empty."""
    say = _SAID.get(code)
    return say(fields) if say else (_("The rules do not allow it."), "")


def rule_line(code: str, fields: Fields) -> str:
    """Return the line in which the rule's own words stand: `last-days · engagement_days_left 0, needs 14`."""
    rule = str(fields.get("rule", "")) or "garde-fou"
    if code in {"propose-role", "propose-machine"}:
        return f"{rule} · propose.role {fields.get('had') or 'none'}, needs {fields.get('needs')}"
    if code in {"engagement-days", "engagement-days-left"}:
        return f"{rule} · {code.replace('-', '_')} {fields.get('had')}, needs {fields.get('needs')}"
    if code == "cap":
        return f"{rule} · {fields['cap']} {fields['had']}, from {fields['least']}"
    if code.startswith("needs-") and code != "needs-person":
        return f"{rule} · needs {code.removeprefix('needs-').replace('-', ' ')}"
    if "had" in fields and "needs" in fields:
        return f"{rule} · {code} {fields['had'] or 'none'}, needs {fields['needs']}"
    return f"{rule} · {fields.get('needs') or code}"


def refused(kind: str) -> Sentence:
    """Return the first line of a refusal, and what has changed: nothing."""
    first = {
        "account.hide": _("Refused. The account was not hidden."),
        "account.limit": _("Refused. The account was not limited."),
        "account.freeze": _("Refused. The account was not frozen."),
        "account.restore": _("Refused. The account was not restored."),
        "account.lift": _("Refused. Nothing was lifted."),
        "account.rename": _("Refused. The account was not renamed."),
        "account.block": _("Refused. Nobody was blocked."),
        "account.unfollow": _("Refused. No follower was removed."),
        "account.contact": _("Refused. The owner’s address was not changed."),
        "account.credentials": _("Refused. No way of signing in was ended."),
        "account.speak": _("Refused. Nothing was said."),
        "post.hide": _("Refused. The post was not hidden."),
        "post.delete": _("Refused. The post was not deleted."),
        "post.restore": _("Refused. The post was not restored."),
        "post.lift": _("Refused. Nothing was lifted."),
        "statement.publish": _("Refused. The statement was not published."),
    }
    return first.get(kind, _("Refused.")), _("Nothing has changed.")


def waiting(places: Sequence[Fields]) -> str:
    """Return who is missing, from the fields of each open place."""
    found = Counter(
        place(str(fields.get("role", "")), other=str(fields.get("other", "")), because=str(fields.get("because", "")))
        for fields in places
    )
    said = [who if n == 1 else _("%(who)s (%(n)s times)", who=who, n=n) for who, n in found.items()]
    return ngettext(
        "Waiting for %(count)s person: %(who)s.", "Waiting for %(count)s people: %(who)s.", len(places), who=_and(said)
    )


def _and(parts: Sequence[str]) -> str:
    *first, last = parts
    return _("%(first)s, and %(last)s", first=", ".join(first), last=last) if first else last


def held(left: int) -> Sentence:
    """Return when it takes effect, from the time that is left, and what stops it."""
    return _("Takes effect in %(time)s.", time=countdown(left)), _("One veto is enough to stop it.")


def void(because: str, change: str = "") -> Sentence:
    """Return why an order can never take effect any more; `change` says what became of a stale one's subject."""
    stale = {
        "renamed": _("Void: the account was renamed after the signatures."),
        "tier": _("Void: the account’s tier changed after the signatures."),
        "standing": _("Void: the account’s standing changed after the signatures."),
    }
    why = {
        "withdrawn": _("Void: withdrawn by its proposer."),
        "vetoed": _("Void: vetoed."),
        "expired": _("Void: its time is over."),
        "stale": stale.get(change, _("Void: the account changed after the signatures.")),
        "ineligible": _("Void: one of its people may no longer do this."),
        "rules changed": _("Void: the rules changed after the signatures."),
    }
    return why.get(because, _("Void.")), _("Nothing was done.")


def restored(seconds: int) -> Sentence:
    """Return that the page is back, and how long it was gone."""
    gone = ngettext("It was gone %(count)s second.", "It was gone %(count)s seconds.", seconds)
    return _("The page is back."), gone


def unsure() -> Sentence:
    """Return what to believe while a platform has not confirmed."""
    return _("Sent, not confirmed."), _("Treat the page as gone until you read otherwise.")


def before_proposing(people: int) -> Sentence:
    """Return what pressing the button does; with nobody else to ask, it takes effect at once."""
    if not people:
        return _("Pressing this takes effect at once."), _("One step undoes it.")
    asks = ngettext(
        "It asks %(count)s person and starts the clock.", "It asks %(count)s people and starts the clock.", people
    )
    return _("Pressing this changes nothing yet."), asks


def _no_rule(fields: Fields) -> Sentence:
    what = act(str(fields.get("kind", "")), str(fields.get("tier", "")))
    return _("No rule lets anyone %(act)s.", act=what), _("Where no rule speaks, the answer is no.")


def _propose_role(fields: Fields) -> Sentence:
    kind, which = str(fields.get("kind", "")), str(fields.get("tier", ""))
    who = one_of(str(fields.get("needs", "")))
    title = _("Only %(who)s proposes to %(act)s.", who=who, act=act(kind, which))
    known = kind != "statement.publish" and which in {"notable", "critical"}
    return title, " ".join(part for part in (_your_role(fields), _why_tier(fields) if known else "") if part)


def _your_role(fields: Fields) -> str:
    had = str(fields.get("had", ""))
    if had.startswith("machine"):
        return _("It was a machine that asked.")
    if not had:
        return _("You have no role here.")
    names = had.split(", ")
    if len(names) == 1:
        return _("Your role is %(role)s.", role=roles_held(names))
    return _("Your roles are %(roles)s.", roles=roles_held(names))


def _why_tier(fields: Fields) -> str:
    account = f"@{fields['handle']}" if fields.get("handle") else _("The account")
    word = tier(str(fields["tier"]))
    match fields.get("tier_because"), fields.get("office"):
        case "roster", str(office) if office:
            return _(
                "%(account)s is %(tier)s because it is on the roster as %(office)s.",
                account=account,
                tier=word,
                office=office,
            )
        case "roster", _office:
            return _("%(account)s is %(tier)s because it is on the roster.", account=account, tier=word)
        case "assigned", _office:
            return _("%(account)s is %(tier)s because it was assigned so.", account=account, tier=word)
        case "reached", _office:
            return _(
                "%(account)s is %(tier)s because it reached that tier, which falls only by an order.",
                account=account,
                tier=word,
            )
    return _("%(account)s is %(tier)s.", account=account, tier=word)


def _propose_machine(_fields: Fields) -> Sentence:
    return _("Only the clock does this, at the set end."), _("To bring it back now, restore it: one person is enough.")


def _days_served(fields: Fields) -> Sentence:
    if fields.get("op") != ">=":
        return _needs_person(fields)
    title = ngettext(
        "On the first day of an engagement, nobody proposes or approves this.",
        "In the first %(count)s days of an engagement, nobody proposes or approves this.",
        int(fields["needs"]),
    )
    had = ngettext("Yours has run %(count)s day.", "Yours has run %(count)s days.", int(fields["had"]))
    return title, f"{had} {_no_judgement()}"


def _days_left(fields: Fields) -> Sentence:
    if fields.get("op") != ">=":
        return _needs_person(fields)
    title = ngettext(
        "On the last day of an engagement, nobody proposes or approves on a protected account.",
        "In the last %(count)s days of an engagement, nobody proposes or approves on a protected account.",
        int(fields["needs"]),
    )
    return title, f"{_ends(fields)} {_no_judgement()}"


def _no_judgement() -> str:
    return _("The rule is the same for everyone; it is no judgement on you.")


def _ends(fields: Fields) -> str:
    """Say when the engagement ends, no more exactly than is known."""
    left = int(fields["had"])
    if "ends" not in fields:
        if left == 0:
            return _("Your engagement ends in less than a day.")
        return ngettext("Your engagement ends in %(count)s day.", "Your engagement ends in %(count)s days.", left)
    ends, now = int(fields["ends"]), int(fields["now"])
    last_day = day(ends - 1)
    today = (ends - 1) // _DAY == now // _DAY
    if ends % _DAY == 0:
        if today:
            return _("Your engagement ends today, %(day)s, at midnight UTC.", day=last_day)
        return _("Your engagement ends on %(day)s, at midnight UTC.", day=last_day)
    at = clock_time(ends)
    if today:
        return _("Your engagement ends today, %(day)s, at %(time)s UTC.", day=last_day, time=at)
    return _("Your engagement ends on %(day)s, at %(time)s UTC.", day=last_day, time=at)


def _needs_person(fields: Fields) -> Sentence:
    needs = f"{fields.get('op', '')} {fields.get('needs', '')}".strip()
    return _("Each person must meet one more condition."), _("The rule says: %(needs)s.", needs=needs)


def _needs_signature(fields: Fields) -> Sentence:
    why = str(fields.get("signature", "missing"))
    title = {
        "missing": _("This takes your signature, with your own passkey."),
        "too-new": _("Your passkey was enrolled less than 72 hours ago."),
        "ended": _("The passkey that signed this has been ended."),
    }.get(why, _("The signature is not good."))
    detail = {
        "missing": _("Sign with the key you enrolled. If you have none, ask an administrator for an enrolment."),
        "too-new": _("It signs what is protected from %(time)s on.", time=day_and_time(int(fields["signs_at"])))
        if fields.get("signs_at")
        else _("Until then it signs nothing that is protected."),
        "ended": _("Somebody has to sign anew."),
        "challenge": _("It was made for something else than what stands here. Read it again, and sign again."),
        "origin": _("It was made on another site than this one. Do not sign in there again, and tell a duty manager."),
        "site": _("It was made for another site than this one. Do not sign in there again, and tell a duty manager."),
        "unverified": _("Your key did not ask who you are. Set a PIN or a fingerprint for it, and sign again."),
        "counter": _("The key has counted backwards, as a copy would. Tell a duty manager."),
        "unknown-key": _("This key is not one of yours."),
    }.get(why, _("Sign again; if it happens twice, tell a duty manager."))
    return title, detail


def _ineligible(fields: Fields) -> Sentence:
    why, _detail = sentence(str(fields.get("why", "")), fields)
    return _("One approval does not count now."), why


def _too_near(fields: Fields) -> Sentence:
    title = _("Nobody decides about an account that is theirs, their employer’s, or one they follow.")
    return title, _("Somebody else can: %(who)s to whom it is none of these.", who=one_of(str(fields.get("who", ""))))


def _cap(fields: Fields) -> Sentence:
    had = int(fields["had"])
    title = {
        "acts_by_person_1h": ngettext(
            "Within the last hour you have asked for %(count)s act of this kind.",
            "Within the last hour you have asked for %(count)s acts of this kind.",
            had,
        ),
        "acts_by_house_1h": ngettext(
            "Within the last hour the house has asked for %(count)s act of this kind.",
            "Within the last hour the house has asked for %(count)s acts of this kind.",
            had,
        ),
    }.get(str(fields["cap"])) or _(
        "What you have silenced this shift, or asked to, has %(followers)s with this.", followers=followers(had)
    )
    return title, _("A cap stops raids: from there on a colleague agrees to each. It is no judgement on you.")


def _place_open(fields: Fields) -> Sentence:
    return waiting([fields]), ""


def _held(fields: Fields) -> Sentence:
    until = int(fields["until"])
    if "now" in fields:
        return held(until - int(fields["now"]))
    at = clock_time(until, seconds=True)
    return _("Takes effect at %(time)s UTC.", time=at), _("One veto is enough to stop it.")


def _witness_stale(fields: Fields) -> Sentence:
    within = duration(int(fields["within"]))
    title = _("Waiting for a witness: outsiders must have signed the record within %(length)s.", length=within)
    if "at" not in fields:
        return title, _("None has yet. One more approver would do instead, before the hold begins.")
    at = clock_time(int(fields["at"]), seconds=True)
    return title, _(
        "One last did at %(time)s UTC. One more approver would do instead, before the hold begins.", time=at
    )


def _expired(fields: Fields) -> Sentence:
    late = fields.get("clock") == "execute"
    title = _("It is too late to take effect.") if late else _("The time to find approvers is over.")
    at = clock_time(int(fields["at"]), seconds=True)
    return title, _("It ended at %(time)s UTC. Nothing was done.", time=at)


def _veto_role(fields: Fields) -> Sentence:
    return _("Only %(who)s vetoes.", who=one_of(str(fields.get("needs", "")))), _your_role(fields)


_SAID: Final[Mapping[str, Callable[[Fields], Sentence]]] = {
    "no-rule": _no_rule,
    "not-engaged": lambda _fields: (
        _("Nobody acts outside their engagement."),
        _("Yours has ended, or has not begun."),
    ),
    "propose-role": _propose_role,
    "propose-machine": _propose_machine,
    "needs-on-shift": lambda _fields: (_("Only people on shift do this."), _("You are not on shift now.")),
    "needs-evidence": lambda _fields: (_("This needs evidence."), _("Attach the posts or reports it rests on.")),
    "needs-reason": lambda _fields: (_("This needs a reason."), _("Choose one; the owner will read it.")),
    "needs-policy-clause": lambda _fields: (
        _("This needs a clause of the policy."),
        _("Choose the one it rests on; the owner will read it."),
    ),
    "needs-signature": _needs_signature,
    "needs-person": _needs_person,
    "engagement-days": _days_served,
    "engagement-days-left": _days_left,
    "approver-ineligible": _ineligible,
    "proposer": lambda _fields: (_("The proposer fills no place."), ""),
    "concerned": lambda _fields: (
        _("Nobody proposes or approves what widens their own rights."),
        _("Somebody else has to ask for it, and others have to agree."),
    ),
    "cap": _cap,
    "too-near": _too_near,
    "role": lambda _fields: (_("No place asks for this role."), ""),
    "place-open": _place_open,
    "notices-pending": lambda _fields: (
        _("Waiting until everyone concerned has been told."),
        _("One more approver would do instead."),
    ),
    "witness-stale": _witness_stale,
    "held": _held,
    "expired": _expired,
    "veto-restoring": lambda _fields: (_("Nobody vetoes a restoration."), _("Bringing back takes one person.")),
    "veto-role": _veto_role,
    "veto-own": lambda _fields: (_("The proposer withdraws instead of vetoing."), ""),
    "veto-again": lambda _fields: (_("One veto per person, account and day."), _("You have used yours.")),
    "veto-people-only": lambda _fields: (_("Only people veto."), ""),
    "self-approval": lambda _fields: (
        _("The proposer fills no place."),
        _("The yes must come from someone else."),
    ),
    "no-open-place": lambda _fields: (
        _("No open place is yours to fill."),
        _("Those left ask for another role, or for another team."),
    ),
    "not-the-proposer": lambda _fields: (_("Only the proposer withdraws an order."), _("You can veto it.")),
    "proposer-ineligible": lambda _fields: (
        _("Whoever proposed this may no longer do so."),
        _("The order ends by itself; it can be proposed anew."),
    ),
    "subject-gone": lambda _fields: (_("Void: what it was about is there no more."), _("Nothing was done.")),
    "stale": lambda _fields: void("stale"),
    "taken-back": lambda _fields: (_("Taken back by a later order."), ""),
    "withdrawn": lambda _fields: (_("Withdrawn by its proposer."), _("Nothing was done.")),
}
