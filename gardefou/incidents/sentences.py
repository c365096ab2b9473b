"""Claims in words, in the language spoken now. One sentence each; a statement is these sentences and no others."""

from collections.abc import Sequence

from gardefou.clock import SECOND
from gardefou.incidents.claims import Claim
from gardefou.orders import labels
from gardefou.orders.kinds import Kind
from gardefou.words import gettext as _
from gardefou.words import ngettext, speak
from gardefou.words.numbers import day_and_time, duration


def sentence(claim: Claim) -> str:
    """Return a claim as one sentence."""
    fields = claim.fields
    handle = f"@{fields['handle']}" if fields.get("handle") else ""
    match claim.code:
        case "refused":
            return _(
                "On %(when)s somebody asked to act on %(handle)s. The rules refused it (%(rules)s); nothing changed.",
                when=day_and_time(fields["at"]),
                handle=handle,
                rules=", ".join(fields["rules"]),
            )
        case "void":
            return _("An order on %(handle)s was stopped before it took effect. Nothing changed.", handle=handle)
        case "dark":
            return _(
                "The page of %(handle)s was gone for %(length)s, from %(start)s to %(end)s.",
                handle=handle,
                length=duration((fields["until"] - fields["from"]) // SECOND * SECOND),
                start=day_and_time(fields["from"], seconds=True),
                end=day_and_time(fields["until"], seconds=True),
            )
        case "dark_still":
            return _(
                "The page of %(handle)s is gone since %(start)s.", handle=handle, start=day_and_time(fields["from"])
            )
        case "silenced":
            return _(
                "%(handle)s or one of its posts was restricted from %(start)s to %(end)s; its page stayed up.",
                handle=handle,
                start=day_and_time(fields["from"], seconds=True),
                end=day_and_time(fields["until"], seconds=True),
            )
        case "silenced_still":
            return _(
                "%(handle)s or one of its posts is restricted since %(start)s; its page is up.",
                handle=handle,
                start=day_and_time(fields["from"]),
            )
        case "acted":
            return _(
                "On %(start)s this was done to %(handle)s: %(act)s. It was taken back on %(end)s.",
                handle=handle,
                act=labels.act(Kind(fields["act"])),
                start=day_and_time(fields["from"], seconds=True),
                end=day_and_time(fields["until"], seconds=True),
            )
        case "acted_still":
            return _(
                "On %(start)s this was done to %(handle)s: %(act)s.",
                handle=handle,
                act=labels.act(Kind(fields["act"])),
                start=day_and_time(fields["from"]),
            )
        case _:
            return _people(claim, handle)


def _people(claim: Claim, handle: str) -> str:
    fields = claim.fields
    match claim.code:
        case "people":
            return ngettext("%(count)s person decided it.", "%(count)s people decided it.", int(fields["people"]))
        case "proposer_last_day":
            return _(
                "It was asked for by one of our staff (%(role)s) on the last day of that person’s engagement.",
                role=_role(fields["role"]),
            )
        case "proposer":
            return _("It was asked for by one of our staff (%(role)s).", role=_role(fields["role"]))
        case "restored":
            return _(
                "%(handle)s was restored on %(when)s. Its followers and posts are as they were.",
                handle=handle,
                when=day_and_time(fields["at"], seconds=True),
            )
        case "reviewed":
            return _("The review is over.")
        case _:
            return _("A full review is open.")


def _role(name: str) -> str:
    return _("no role") if name == "none" else labels.role(name).lower()


def text(claims: Sequence[Claim], language: str) -> str:
    """Return a statement's text in a language: its claims' sentences, in order."""
    with speak(language):
        return " ".join(sentence(claim) for claim in claims)
