"""The incident of 2 November 2017 plays on the real engine: eleven minutes without rules, none with them."""

from pathlib import Path

import pytest

from gardefou.app.replay.errors import ScenarioError
from gardefou.app.replay.lane import Lane
from gardefou.app.replay.run import play
from gardefou.app.replay.scenario import read
from gardefou.clock import from_iso
from gardefou.guard.errors import RulebookError

ROOT = Path(__file__).parents[3]
INCIDENT = ROOT / "incidents" / "2017-11-02.toml"


def lane(name: str, *, as_it_happened: bool) -> Lane:
    """Play the incident under one of the shipped files."""
    text = (ROOT / "rulebooks" / f"{name}.toml").read_text("utf-8")
    return play(read(INCIDENT), text, as_it_happened=as_it_happened)


def test_as_it_happened_one_person_made_the_page_dark_for_eleven_minutes() -> None:
    happened = lane("none", as_it_happened=True)
    assert happened.dark_seconds == 11 * 60
    assert happened.outcome == "restored"
    assert happened.people_needed == 1
    assert happened.stopped_by == "person"
    assert happened.seconds_to_know == 3 * 3600


@pytest.mark.promise(1)
@pytest.mark.promise(6)
def test_under_the_shipped_rulebook_the_page_never_goes() -> None:
    ruled = lane("shipped", as_it_happened=False)
    assert ruled.dark_seconds == 0
    assert ruled.outcome == "stayed up"
    assert (ruled.stopped_by, ruled.rules) == ("rule", ("last-days", "silence-critical"))
    assert ruled.people_needed == 3
    assert ruled.seconds_to_know == 0
    assert "nothing to restore" in [moment.what for moment in ruled.timeline]


def test_a_replay_is_the_same_twice() -> None:
    first, second = (lane("none", as_it_happened=True).to_json() for _ in range(2))
    assert first == second


def test_the_rules_of_2017_are_refused_where_they_would_be_in_force() -> None:
    with pytest.raises(RulebookError):
        lane("none", as_it_happened=False)


def test_an_act_moved_in_the_file_moves_the_outcome(tmp_path: Path) -> None:
    """The figures come out of the run: a restoration forty seconds later is forty seconds more of darkness."""
    text = INCIDENT.read_text("utf-8").replace("2017-11-02T23:11:00Z", "2017-11-02T23:11:40Z")
    changed = tmp_path / "changed.toml"
    changed.write_text(text, "utf-8")
    rules = (ROOT / "rulebooks" / "none.toml").read_text("utf-8")
    played = play(read(changed), rules, as_it_happened=True)
    assert played.dark_seconds == 11 * 60 + 40
    assert played.dark[0][1] == from_iso("2017-11-02T23:11:40Z")


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[account]", "[account", "changed.toml"),
        ('who = "contractor"', 'who = "nobody"', "act 2: nobody here is 'nobody'"),
        ("2017-11-02T23:11:00Z", "2017-11-02T18:00:00Z", "act 3: it comes before the one above it"),
        ('does = "hide"', 'does = "explode"', r"\$\.act\[1\]\.does"),
    ],
)
def test_a_broken_file_gets_one_clear_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text(INCIDENT.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ScenarioError, match=says):
        read(changed)
