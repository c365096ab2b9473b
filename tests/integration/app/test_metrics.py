"""What a Prometheus reads: of a town whose figures are worked out by hand, and only with a token for that."""

import re
import time
from collections.abc import Iterator

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from gardefou.app.house import house_on
from gardefou.app.ledger_key import make_key
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import DAY, SECOND, SimulatedClock, to_iso
from gardefou.events import record
from gardefou.ledger import store
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.collect_token import collect_token
from gardefou.staff.tokens import all_tokens
from gardefou.storage import open_database
from gardefou.storage.house import beat
from tests.conftest import fresh_database
from tests.factories.counted import NOW, live_through
from tests.factories.reports import make_report
from tests.factories.town import EVENING, Town, found_town
from tests.house.source import ROOT

Client = TestClient[Litestar]
Samples = dict[tuple[str, ...], float]


class Watched:
    """A house, what asks it, and a token of each kind."""

    def __init__(self, town: Town, client: Client) -> None:
        self.town, self.client = town, client
        self.tokens = {scope: self._token(scope) for scope in ("metrics", "read")}

    def _token(self, scope: str) -> str:
        ends = to_iso(self.town.now + DAY)
        asked = self.town.change(
            "administrator", "token.issue", HOUSE_ID, name=f"for-{scope}", scopes=scope, ends=ends
        ).order
        self.town.approve("manager north", asked.id)
        with self.town.db.transaction() as tx:
            newest = all_tokens(tx)[0]["id"]
            return collect_token(tx, actor=self.town.people["administrator"], now=self.town.now, token_id=newest)

    def ask(self, scope: str = "metrics", **headers: str) -> Response:
        """Ask with a token."""
        return self.client.get("/metrics", headers={"authorization": f"Bearer {self.tokens[scope]}", **headers})

    def samples(self) -> Samples:
        """Return every value, by its name and its labels as `label=value`."""
        return {
            (sample.name, *(f"{label}={value}" for label, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self.ask().text)
            for sample in family.samples
        }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    with fresh_database(request, str(request.param), folder) as url:
        db = open_database(url, node=1)
        town = found_town(db, SimulatedClock(EVENING), founded=True)
        live_through(town)
        house = house_on(db, Settings(data=str(folder)), clock=town.clock)
        make_key(house.settings)
        with db.transaction() as tx:
            beat(tx, name="worker", now=NOW - 3 * SECOND, pid=1, stepped=False)
        with TestClient(create_app(house), base_url="http://127.0.0.1") as client:
            yield Watched(town, client)
        db.close()


def test_it_tells_the_figures_worked_out_by_hand(watched: Watched) -> None:
    found = watched.samples()
    assert found["gardefou_cases_open", "category=spam"] == 2
    assert found["gardefou_cases_open", "category=hate"] == 1
    assert found["gardefou_cases_past_due", "category=spam"] == 1
    assert found["gardefou_cases_past_due", "category=hate"] == 0
    assert found[("gardefou_cases_oldest_age_seconds",)] == 3 * 86_400 + 9 * 3600
    assert found["gardefou_orders_open", "state=waiting"] == 1
    assert found["gardefou_orders_open", "state=held"] == 0
    assert found["gardefou_orders_day", "state=reversed"] == 2
    assert found[("gardefou_worker_heartbeat_age_seconds",)] == 3
    assert found[("gardefou_database_connections_used",)] == 0
    with watched.town.db.reading() as tx:
        assert found[("gardefou_ledger_unpublished_entries",)] == store.head(tx).size
    assert found[("gardefou_ledger_lag_seconds",)] == (NOW - EVENING) / SECOND


def test_a_report_is_counted_once_it_is_taken_in(watched: Watched) -> None:
    name = ("gardefou_reports_accepted_total",)
    before = watched.samples()[name]
    with watched.town.db.transaction() as tx:
        make_report(tx, NOW, watched.town.accounts["anna"], category="fraud")
        # Several that are taken in together are told of in one event.
        record(tx, now=NOW, kind="report.filed", subject="case:1", body={"reports": 3})
    for _ in range(100):
        if watched.samples()[name] != before:
            break
        time.sleep(0.05)  # SQLite is looked at five times a second.
    assert watched.samples()[name] == before + 4


def test_answers_are_told_by_template_and_status_and_nobody_is_named(watched: Watched) -> None:
    for path in ("/@anna", "/@mayor", "/nothing/at/all/here", "/desk"):
        watched.client.get(path, headers={"accept": "text/html"}, follow_redirects=False)
    found = watched.samples()
    assert found["gardefou_request_seconds_count", "method=GET", "route=/{name}", "status=200"] == 2
    assert found["gardefou_request_seconds_count", "method=GET", "route=none", "status=404"] == 1
    assert found["gardefou_request_seconds_count", "method=GET", "route=/desk", "status=303"] == 1
    text = watched.ask().text
    assert [name for name in ("anna", "mayor", "nothing/at", "agent", "case:") if name in text] == []


def test_only_a_token_for_it_reads_it(watched: Watched) -> None:
    assert watched.ask("read").status_code == 403
    assert watched.client.get("/metrics", headers={"accept": "application/json"}).status_code == 401
    assert watched.client.get("/metrics?access_token=gf_x").status_code == 400
    assert (
        watched.client.get("/api/numbers", headers={"authorization": f"Bearer {watched.tokens['metrics']}"}).status_code
        == 403
    )


def test_it_speaks_what_the_asker_understands(watched: Watched) -> None:
    assert watched.ask().headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    newer = watched.ask(accept="application/openmetrics-text; version=1.0.0")
    assert newer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert newer.text.endswith("# EOF\n")


def test_the_guide_names_every_metric_and_no_other(watched: Watched) -> None:
    guide = (ROOT / "docs" / "howto" / "watch-with-prometheus.md").read_text("utf-8")
    table = guide.split("## What it tells")[1].split("## ")[0]
    named = set(re.findall(r"^\| `(gardefou_\w+)`", table, flags=re.MULTILINE))
    # A name ends as its samples do.
    told = {line.split()[2] for line in watched.ask().text.splitlines() if line.startswith("# TYPE gardefou_")}
    assert told == named


def test_every_alert_of_the_guide_names_a_runbook_that_is_there() -> None:
    guide = (ROOT / "docs" / "howto" / "watch-with-prometheus.md").read_text("utf-8")
    alerts = guide.split("- alert: ")[1:]
    named = [re.search(r"^ +runbook: (docs/runbooks/[\w-]+\.md)", one, flags=re.MULTILINE) for one in alerts]
    assert len(named) >= 5
    assert all(one is not None and (ROOT / one[1]).is_file() for one in named)
