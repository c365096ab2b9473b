"""The guided tour: what a visitor does, as whom, and where. Six steps, each with one thing to see."""

from dataclasses import dataclass

from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the tour."""

    title: str
    do: str
    see: str
    person: str
    href: str
    link: str


def steps(*, handle: str, case_id: int | None) -> list[Step]:
    """Return the steps, in the language spoken now."""
    case = f"/desk/cases/{case_id}" if case_id else "/desk"
    return [
        Step(
            title=_("Report"),
            do=_("As a visitor, open the profile and report one post."),
            see=_("The report is answered once it is safe on disk. On the desk the case moves without a reload."),
            person="",
            href=f"/@{handle}",
            link=_("Open the profile"),
        ),
        Step(
            title=_("The refusal"),
            do=_("Be Agent 31, a contractor on the last day, and propose to hide the account."),
            see=_("The answer names the rules that refuse, and what it would take. Nothing has changed."),
            person="Agent 31",
            href=case,
            link=_("open the case"),
        ),
        Step(
            title=_("The normal path"),
            do=_("Be Reviewer 12 and propose; in a second browser be Reviewer 7, in a third Duty manager 2: approve."),
            see=_("The rail fills. Once everyone concerned has been told, the hold of ten minutes runs."),
            person="Reviewer 12",
            href=case,
            link=_("open the case"),
        ),
        Step(
            title=_("The veto"),
            do=_("While it runs, be anyone else on duty and stop the order with one sentence."),
            see=_("The order is void. The page never went."),
            person="Duty manager 4",
            href="/desk/orders",
            link=_("open the orders"),
        ),
        Step(
            title=_("The restoration"),
            do=_("Hide an ordinary account, such as @seller_4471, look at its page, and bring it back as Agent 24."),
            see=_("One person, one step, and one person to undo it, on shift or not. Every post is back."),
            person="Agent 18",
            href="/desk/search?q=seller_4471",
            link=_("find the account"),
        ),
        Step(
            title=_("Who did it"),
            do=_("Ask the record who did what to the account, when, and under which rule."),
            see=_("The answer comes from the ledger, with durations, in seconds instead of hours."),
            person="Auditor 1",
            href=f"/desk/who/{handle}",
            link=_("ask the record"),
        ),
    ]
