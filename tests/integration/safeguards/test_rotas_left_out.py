"""What the trial of a rota says is what the real run does, and its exit code tells what could be used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gardefou.app.commands.rota import import_rota
from gardefou.app.errors import BAD_INPUT, FINDING, OK
from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.clock import SimulatedClock
from gardefou.orders.kinds import Kind
from gardefou.orders.queries import open_orders
from gardefou.storage import Database
from tests.factories.house import signing
from tests.factories.town import Town, found_town

Run = Callable[..., tuple[int, dict[str, Any], str]]
OWN = "manager north,2017-12-04T08:00Z,2017-12-04T16:00Z"
OTHERS = "agent,2017-12-04T08:00Z,2017-12-04T16:00Z"


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


@pytest.fixture
def run(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command; keys answer by themselves unless it is said otherwise."""

    def one(*lines: str, by: str = "manager north", dry: bool = False, keys: bool = True) -> tuple[int, Any, str]:
        file = tmp_path / "week.csv"
        file.write_text("\n".join(("person,starts,ends", *lines)))
        house = house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock)
        house = signing(house) if keys else house
        code = import_rota(house, file, zone="", dry_run=dry, by=by, as_json=True)
        said = json.loads(capsys.readouterr().out)
        again = import_rota(house, file, zone="", dry_run=True, by=by, as_json=False)
        assert again in (OK, FINDING, BAD_INPUT)
        return code, said, capsys.readouterr().out

    return one


def proposed(town: Town) -> int:
    with town.db.reading() as tx:
        return len(open_orders(tx, kind=Kind.ROTA_ENTER))


@pytest.mark.promise(11)
def test_ones_own_shifts_are_left_out_and_named_in_the_trial_too(town: Town, run: Run) -> None:
    for dry in (True, False):
        code, said, words = run(OWN, OTHERS, dry=dry)
        assert (code, [one["who"] for one in said["left"]]) == (FINDING, ["manager north"])
        assert "your own shifts are for somebody else to propose" in words
        assert proposed(town) == (0 if dry else 1)


@pytest.mark.promise(20)
def test_a_file_of_which_nothing_can_be_used_says_so_by_its_code(town: Town, run: Run) -> None:
    for dry in (True, False):
        assert run(OWN, dry=dry)[0] == BAD_INPUT
        assert run(dry=dry)[0] == BAD_INPUT
        assert run("nobody,2017-12-04T08:00Z,2017-12-04T16:00Z", dry=dry)[0] == BAD_INPUT
    assert "there is no shift in it that is still ahead" in run()[2]
    assert proposed(town) == 0


def test_a_second_sending_names_the_open_orders(town: Town, run: Run) -> None:
    assert run(OTHERS)[0] == OK
    for dry in (True, False):
        code, said, words = run(OTHERS, dry=dry)
        assert (code, said["orders"]) == (BAD_INPUT, [])
        assert "is open; once it is signed or withdrawn" in words
    assert proposed(town) == 1


@pytest.mark.promise(2)
def test_the_trial_refuses_whom_the_real_run_refuses(town: Town, run: Run) -> None:
    for dry in (True, False):
        code, said, words = run(OTHERS, by="reviewer 1", dry=dry)
        assert (code, said["refused"]) == (FINDING, ["propose-role"])
        assert "refused:" in words
    assert proposed(town) == 0


@pytest.mark.promise(3)
def test_where_a_browser_signs_each_part_is_drawn_up_and_becomes_the_order(town: Town, run: Run) -> None:
    code, said, _words = run(OTHERS, keys=False)
    assert (code, len(said["to_sign"]), said["orders"], proposed(town)) == (OK, 1, [], 0)
    code, said, words = run(OTHERS, keys=False)
    assert (code, said["to_sign"]) == (BAD_INPUT, [])
    assert "waits for your own signature" in words
    town.sign_papers("manager north")
    assert proposed(town) == 1


def test_before_the_founding_what_is_there_already_is_counted(
    db: Database, clock: SimulatedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = found_town(db, clock)
    house = house_on(town.db, Settings(data=str(tmp_path)), clock=clock)
    file = tmp_path / "week.csv"
    file.write_text(f"person,starts,ends\n{OTHERS}\n")
    said = []
    for _time in range(2):
        assert import_rota(house, file, zone="", dry_run=False, by="", as_json=False) == OK
        said.append(capsys.readouterr().out)
    assert "1 shift entered" in said[0]
    assert "1 shift is on the rota already" in said[1]
