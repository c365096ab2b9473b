"""A rota comes in whole or not at all, as one order for each person, and is what the record says."""

import json
from pathlib import Path

import pytest

from gardefou.app.commands.rota import import_rota
from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.clock import DAY, HOUR, SimulatedClock, from_iso, to_iso
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import open_orders
from gardefou.safeguards.enter_rota import Entered, enter_rota
from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.rota_plan import RotaPlan, rota_plan
from gardefou.staff.on_rota import shifts_of
from gardefou.staff.rota.reading import read_rota
from gardefou.storage import Database
from gardefou.watch.audit import audit
from tests.factories.town import Town, found_town

#: After everybody's shift of thirty days.
MONDAY = from_iso("2017-12-04T00:00:00Z")


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def line(name: str, hour: int, hours: int = 8) -> str:
    return f"{name},{to_iso(MONDAY + hour * HOUR)},{to_iso(MONDAY + (hour + hours) * HOUR)}"


def planned(town: Town, *lines: str) -> RotaPlan:
    content = "\n".join(("person,starts,ends", *lines)).encode()
    with town.db.reading() as tx:
        return rota_plan(tx, read_rota("r.csv", content, zone="", now=town.now), town.now)


def entered(town: Town, who: str, plan: RotaPlan) -> Entered:
    with town.db.transaction() as tx:
        return enter_rota(tx, town.ports, actor=town.people[who], now=town.now, plan=plan)


def ahead(town: Town, name: str) -> list[tuple[int, int]]:
    with town.db.reading() as tx:
        return [span for span in shifts_of(tx, town.person_id(name), town.now) if span[0] >= MONDAY]


@pytest.mark.promise(11)
def test_a_week_is_one_order_for_each_person_and_none_for_oneself(town: Town) -> None:
    lines = [line(name, 24 * day) for day in range(5) for name in ("agent", "reviewer 1", "manager north")]
    plan = planned(town, *lines)
    assert (plan.faults, plan.shifts) == ((), 15)
    done = entered(town, "manager north", plan)
    assert [town.read(order.id).state for order in done.orders] == [State.WAITING, State.WAITING]
    assert [(one.where, one.words) for one in done.left] == [
        ("manager north", "your own shifts are for somebody else to propose")
    ]
    again = entered(town, "manager north", plan)
    assert again.orders == ()
    assert "is open" in again.left[0].words
    for order in done.orders:
        assert town.approve("manager south", order.id).order.state is State.EXECUTED
    assert ahead(town, "agent") == [(MONDAY + day * DAY, MONDAY + day * DAY + 8 * HOUR) for day in range(5)]
    assert ahead(town, "manager north") == []
    assert [(part.name, len(part.fresh), part.known) for part in planned(town, *lines).parts] == [
        ("agent", 0, 5),
        ("manager north", 5, 0),
        ("reviewer 1", 0, 5),
    ]
    with town.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None


@pytest.mark.promise(20)
def test_whatever_is_wrong_has_its_line_and_nothing_is_done(town: Town) -> None:
    plan = planned(
        town,
        line("agent", 0),
        line("agent", 6),
        line("nobody", 0),
        line("contractor", 0),
        line("reviewer 1", 0, -8),
        line("reviewer 2", 0, 49),
        line("reviewer 2", 24 * 400),
        f"manager south,{to_iso(town.now + 29 * DAY)},{to_iso(town.now + 31 * DAY)}",
    )
    found = {fault.where: fault.words for fault in plan.faults}
    for where, words in {
        "line 3": "overlaps line 2",
        "line 4": "nobody works here",
        "line 5": "No engagement binds them",
        "line 6": "ends before it begins",
        "line 7": "more than 48 hours",
        "line 8": "366 days ahead",
        "line 9": "overlaps the one from",
    }.items():
        assert words in found.pop(where)
    assert found == {}
    with pytest.raises(ChangeError, match="overlaps line 2"):
        entered(town, "manager north", plan)
    with town.db.reading() as tx:
        assert open_orders(tx) == []
    assert ahead(town, "agent") == []


def test_whoever_may_not_is_told_so_once(town: Town) -> None:
    done = entered(town, "agent", planned(town, line("reviewer 1", 0), line("reviewer 2", 0)))
    assert done.orders == ()
    assert {reason.code for reason in done.refused} == {"propose-role"}


def test_the_command_tells_first_and_enters_all_or_nothing(
    db: Database, clock: SimulatedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = found_town(db, clock)
    house = house_on(db, Settings(data=str(tmp_path)), clock=clock)
    file = tmp_path / "week.csv"
    file.write_text(
        "person,starts,ends\nagent,2017-12-04T08:00,2017-12-04T16:00\nnobody,2017-12-04T08:00Z,2017-12-04T16:00Z\n"
    )

    def run(**more: object) -> tuple[int, dict[str, object]]:
        told = {"zone": "Europe/Paris", "dry_run": False, "by": "", "as_json": True} | more
        code = import_rota(house, file, **told)  # type: ignore[arg-type]  # keywords of several types
        return code, json.loads(capsys.readouterr().out)

    assert run()[0] == 2
    assert ahead(town, "agent") == []
    file.write_text(file.read_text().replace("nobody", "reviewer 1"))
    code, dry = run(dry_run=True)
    assert (code, dry["entered"], ahead(town, "agent")) == (0, 0, [])
    code, done = run()
    assert (code, done["entered"], done["faults"]) == (0, 2, [])
    assert ahead(town, "agent") == [(MONDAY + 7 * HOUR, MONDAY + 15 * HOUR)]
    assert run()[1]["entered"] == 0
