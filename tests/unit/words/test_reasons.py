"""The guard's reasons in words: the voice of LOOK §6, in both languages, whatever the code."""

import re
from pathlib import Path

import pytest

from gardefou.guard.facts import Machine
from gardefou.words import speak
from gardefou.words.reasons import before_proposing, held, refused, restored, rule_line, sentence, unsure, void, waiting
from tests.factories.guard import MINUTE, NOW, SECOND, asked, decided, person

DAYS_LEFT: dict[str, str | int] = {"rule": "last-days", "had": 0, "op": ">=", "needs": 14, "now": NOW}
ROLE: dict[str, str | int] = {
    "rule": "silence-critical",
    "had": "agent",
    "needs": "reviewer",
    "kind": "account.hide",
    "tier": "critical",
    "tier_because": "roster",
}
#: Midnight after 2 November 2017.
MIDNIGHT = 1_509_667_200_000_000


def test_the_rules_that_refused_the_contractor_speak_english() -> None:
    title, detail = sentence("engagement-days-left", {**DAYS_LEFT, "ends": MIDNIGHT})
    assert title == "In the last 14 days of an engagement, nobody proposes or approves on a protected account."
    assert detail == (
        "Your engagement ends today, 2 November 2017, at midnight UTC. "
        "The rule is the same for everyone; it is no judgement on you."
    )
    title, detail = sentence("propose-role", {**ROLE, "handle": "realDonaldTrump", "office": "head of state"})
    assert title == "Only a reviewer proposes to hide a critical account."
    assert detail == ("Your role is agent. @realDonaldTrump is critical because it is on the roster as head of state.")


def test_the_rules_that_refused_the_contractor_speak_french() -> None:
    with speak("fr"):
        title, detail = sentence("engagement-days-left", {**DAYS_LEFT, "ends": MIDNIGHT})
        assert title == (
            "Dans les 14 derniers jours d’un engagement, personne ne propose ni n’approuve rien sur un compte protégé."
        )
        assert detail == (
            "Votre engagement se termine aujourd’hui, 2 novembre 2017, à minuit UTC. "
            "La règle est la même pour tous\u202f; elle ne vous juge pas."
        )
        title, detail = sentence("propose-role", {**ROLE, "handle": "realDonaldTrump", "office": "chef d’État"})
        assert title == "Seul un réviseur peut demander à masquer un compte critique."
        assert detail == (
            "Votre rôle est agent. @realDonaldTrump est critique parce qu’il figure sur la liste comme chef d’État."
        )


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (MIDNIGHT - 3600 * SECOND, "ends today, 2 November 2017, at 23:00 UTC."),
        (MIDNIGHT + 3600 * SECOND, "ends on 3 November 2017, at 01:00 UTC."),
        (MIDNIGHT + 86_400 * SECOND, "ends on 3 November 2017, at midnight UTC."),
        (None, "ends in less than a day."),
    ],
)
def test_the_end_of_an_engagement_is_said_no_more_exactly_than_known(ends: int | None, said: str) -> None:
    fields = DAYS_LEFT if ends is None else {**DAYS_LEFT, "ends": ends}
    assert said in sentence("engagement-days-left", fields)[1]


def test_the_mono_lines_show_the_rule_what_was_had_and_what_it_needs() -> None:
    assert rule_line("engagement-days-left", DAYS_LEFT) == "last-days · engagement_days_left 0, needs 14"
    assert rule_line("propose-role", ROLE) == "silence-critical · propose.role agent, needs reviewer"
    assert rule_line("propose-role", {**ROLE, "had": ""}) == "silence-critical · propose.role none, needs reviewer"
    assert rule_line("needs-on-shift", {"rule": "silence-ordinary"}) == "silence-ordinary · needs on shift"
    assert rule_line("veto-again", {"rule": "veto", "had": 1, "needs": 0}) == "veto · veto-again 1, needs 0"
    assert rule_line("no-rule", {"rule": ""}) == "garde-fou · no-rule"


def test_waiting_names_who_is_missing() -> None:
    manager = {"role": "duty manager", "other": "team", "because": ""}
    reviewer = {"role": "reviewer", "other": "", "because": ""}
    veto = {"role": "reviewer or duty manager", "other": "", "because": "veto"}
    assert waiting([manager]) == "Waiting for 1 person: a duty manager of another team."
    assert waiting([reviewer, manager]) == "Waiting for 2 people: a reviewer, and a duty manager of another team."
    assert waiting([reviewer, reviewer]) == "Waiting for 2 people: a reviewer (2 times)."
    assert waiting([veto]) == "Waiting for 1 person: a reviewer or a duty manager from outside the earlier quorum."
    assert sentence("place-open", manager)[0] == waiting([manager])
    with speak("fr"):
        assert waiting([manager]) == ("Il manque 1 personne\u00a0: un responsable de permanence d’une autre équipe.")


def test_a_hold_counts_down() -> None:
    left = 6 * MINUTE + 48 * SECOND
    assert " ".join(held(left)) == "Takes effect in 6:48. One veto is enough to stop it."
    assert sentence("held", {"until": NOW + left, "now": NOW}) == held(left)
    assert sentence("held", {"until": NOW + left})[0] == "Takes effect at 19:06:48 UTC."
    with speak("fr"):
        assert " ".join(held(left)) == "Prend effet dans 6:48. Un seul veto suffit à l’arrêter."


def test_first_lines_say_what_has_not_changed() -> None:
    assert " ".join(refused("account.hide")) == "Refused. The account was not hidden. Nothing has changed."
    assert " ".join(void("stale", "renamed")) == (
        "Void: the account was renamed after the signatures. Nothing was done."
    )
    assert " ".join(restored(41)) == "The page is back. It was gone 41 seconds."
    assert " ".join(unsure()) == "Sent, not confirmed. Treat the page as gone until you read otherwise."
    assert " ".join(before_proposing(2)) == (
        "Pressing this changes nothing yet. It asks 2 people and starts the clock."
    )
    with speak("fr"):
        assert " ".join(refused("account.hide")) == "Refusé. Le compte n’a pas été masqué. Rien n’a changé."
        assert " ".join(void("stale", "renamed")) == (
            "Caduc\u00a0: le compte a changé de nom après les signatures. Rien n’a été fait."
        )
        assert " ".join(restored(41)) == "La page est revenue. Elle a manqué 41 secondes."
        assert " ".join(unsure()) == "Envoyé, non confirmé. Tenez la page pour absente jusqu’à preuve du contraire."


def _codes() -> list[str]:
    """Return every code that the guard and the orders give, as they stand in the code."""
    root = Path(__file__).parents[3] / "gardefou"
    found = set()
    for path in (*(root / "guard").glob("*.py"), *(root / "orders").glob("*.py")):
        found |= set(re.findall(r'code="([a-z-]+)"', path.read_text(encoding="utf-8")))
    return sorted(found | {"needs-on-shift", "needs-evidence", "needs-reason", "engagement-days", "propose-machine"})


@pytest.mark.promise(20)
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("code", _codes())
def test_every_code_has_words_of_its_own(code: str, language: str) -> None:
    fields = {**DAYS_LEFT, **ROLE, "needs": 14 if code.startswith("engagement") else "reviewer", "had": 0}
    fields |= {
        "why": "role",
        "role": "reviewer",
        "other": "",
        "until": NOW,
        "at": NOW,
        "clock": "execute",
        "had": 3,
        "within": 60_000_000,
        "who": "reviewer",
        "cap": "reach_this_shift",
        "least": 3,
    }
    with speak(language):
        title, detail = sentence(code, {**fields, "had": "agent" if code.endswith("role") else 3})
        unknown, _ = sentence("a-code-from-tomorrow", {})
    assert title != unknown
    assert title.endswith(".")
    assert detail == "" or detail.endswith(".")
    assert "%(" not in title + detail


def test_a_code_from_tomorrow_still_reads_as_a_refusal() -> None:
    assert sentence("a-code-from-tomorrow", {}) == ("The rules do not allow it.", "")


@pytest.mark.promise(20)
def test_what_the_guard_really_answers_can_be_said() -> None:
    answers = [
        decided(asked(tier="critical", evidence=False), person("1", "agent", on_shift=False, engaged=False)),
        decided(asked(tier="critical"), Machine(name="clock")),
        decided(asked(tier="critical"), person("1"), person("2", engagement_days=1), person("1")),
        decided(asked("account.lift"), person("1")),
    ]
    said = [sentence(reason.code, reason.fields) for answer in answers for reason in answer.reasons]
    assert len(said) > 8
    assert ("The rules do not allow it.", "") not in said
    assert ("One approval does not count now.", "The proposer fills no place.") in said


def test_a_key_that_is_too_new_says_from_when_on_it_signs_and_nothing_of_others() -> None:
    known: dict[str, str | int] = {"signature": "too-new", "signs_at": MIDNIGHT}
    assert sentence("needs-signature", known)[1] == "It signs what is protected from 3 Nov 2017, 00:00\u00a0UTC on."
    assert sentence("needs-signature", {"signature": "too-new"})[1] == "Until then it signs nothing that is protected."


def test_whose_engagement_has_not_begun_reads_nothing_of_its_length() -> None:
    newcomer = person("reviewer", engaged=False, engagement_days=0, engagement_days_left=0)
    codes = [reason.code for reason in decided(asked("account.hide", tier="critical"), newcomer).reasons]
    assert "not-engaged" in codes
    assert not {"engagement-days", "engagement-days-left"} & set(codes)
