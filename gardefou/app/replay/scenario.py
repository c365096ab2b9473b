"""What a recorded incident says: an account, people, their acts and times. Nothing that followed from them."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from gardefou.app.replay.errors import ScenarioError
from gardefou.clock import Micros, from_datetime


class TheAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account it was about."""

    handle: str
    name: str
    followers: int
    posts: int
    tier: Literal["notable", "critical"]
    office: str
    source: str


class Someone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person who worked there."""

    key: str
    role: str
    team: str
    employer: str
    since: datetime
    on_shift: tuple[datetime, datetime]
    source: str
    until: datetime | None = None


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something a person did at a time, with how sure we are and from where we know.

    `instead` says what a statement corrects in the one before it; `about` that its time was reported only roughly.
    """

    at: datetime
    who: str
    does: Literal["report", "hide", "approve", "veto", "restore", "state", "comment"]
    certainty: Literal["reported", "assumed"]
    source: str
    category: str = "other"
    reason: str = "harassment"
    takes_effect: datetime | None = None
    says: str = ""
    says_fr: str = ""
    instead: str = ""
    instead_fr: str = ""
    names_who: bool = False
    about: bool = False

    @property
    def instant(self) -> Micros:
        """When."""
        return from_datetime(self.at)


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"people": "person", "acts": "act"}):
    """A recorded incident."""

    title: str
    begins: datetime
    ends: datetime
    account: TheAccount
    people: tuple[Someone, ...]
    acts: tuple[Act, ...]
    title_fr: str = ""


def read(path: Path) -> Scenario:
    """Read a recorded incident.

    Raises:
        ScenarioError: the file cannot be read, or not used; the message names file and place.
    """
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        scenario = msgspec.convert(values, Scenario)
    except (OSError, UnicodeDecodeError) as problem:
        raise ScenarioError(f"{path}: cannot be read: {problem}") from problem
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise ScenarioError(f"{path}: {problem}") from problem
    _check(path, scenario)
    return scenario


def _check(path: Path, scenario: Scenario) -> None:
    known = {person.key for person in scenario.people}
    at = from_datetime(scenario.begins)
    for number, act in enumerate(scenario.acts, start=1):
        if act.does in ("hide", "approve", "veto", "restore") and act.who not in known:
            raise ScenarioError(f"{path}: act {number}: nobody here is {act.who!r}")
        if act.instant < at:
            raise ScenarioError(f"{path}: act {number}: it comes before the one above it")
        at = act.instant
    if from_datetime(scenario.ends) < at:
        raise ScenarioError(f"{path}: ends: the last act comes after it")
