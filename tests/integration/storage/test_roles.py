"""On PostgreSQL the application's role reads and writes rows, and can take no guard down (promise 10)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from gardefou.app.doctor import examine
from gardefou.app.errors import SettingsError
from gardefou.app.found import found_house
from gardefou.app.house import House, open_house
from gardefou.app.settings import Settings, load
from gardefou.storage.house import remember, remembered
from tests.conftest import Cluster

ROLE = "gardefou_app"
PASSWORD = 'it\'s 100% "mine"'  # of a database that is thrown away


@pytest.fixture
def settings(cluster: Cluster, tmp_path: Path) -> Iterator[Settings]:
    """An empty database with an owner, and a role that is not there yet."""
    name = cluster.create()
    owner = cluster.url(name)
    application = make_url(owner).set(username=ROLE, password=PASSWORD).render_as_string(hide_password=False)
    yield Settings(data=str(tmp_path), database=application, owner=owner)
    cluster.drop(name)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    found_house(settings)
    opened = open_house(settings)
    yield opened
    opened.close()


def test_init_makes_the_applications_role_which_reads_and_writes_rows(house: House) -> None:
    with house.db.transaction() as tx:
        assert tx.scalar(text("SELECT current_user")) == ROLE
        remember(tx, key="said", value="yes")
        assert remembered(tx, "said") == "yes"
    assert "role" not in {check.name for check in examine(house)}


def test_init_run_again_changes_nothing(settings: Settings, house: House) -> None:
    assert house.made_by
    assert not found_house(settings).new


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    "deed",
    [
        "ALTER TABLE standing DISABLE TRIGGER standing_guard",
        "DROP TRIGGER standing_guard ON standing",
        "CREATE OR REPLACE FUNCTION standing_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "TRUNCATE standing",
        "DROP TABLE entry CASCADE",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_the_applications_role_takes_no_guard_down(house: House, deed: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), house.db.engine.begin() as raw:
        raw.exec_driver_sql(deed)


def test_who_works_as_the_owner_is_told_so(settings: Settings) -> None:
    found_house(settings)
    alone = Settings(data=settings.data, database=settings.owner)
    house = open_house(alone)
    try:
        assert {check.name: check.state for check in examine(house)}["role"] == "warning"
    finally:
        house.close()


def test_an_owner_without_postgresql_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="owner"):
        load({"owner": "postgresql://x@y/z"}, environ={})
