"""Real data goes in once, streamed, and a wrong row is named and harms nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from gardefou.accounts.queries import by_handle, roster
from gardefou.app.errors import FileUnreadableError, RowsRejectedError
from gardefou.app.house import House
from gardefou.app.imports.accounts import Accounts, Unborn
from gardefou.app.imports.posts import Posts
from gardefou.app.imports.reports import Reports
from gardefou.app.imports.roster import Roster
from gardefou.app.imports.run import Fate, Importer, Lined, Rejected, Run
from gardefou.app.imports.staff import Staff
from gardefou.app.people import person_named
from gardefou.app.shown_settings import guarded
from gardefou.clock import SimulatedClock, from_iso
from gardefou.errors import BadInputError, NotFoundError
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.network.tables import net_account, net_post
from gardefou.orders.approve import approve
from gardefou.orders.queries import open_orders
from gardefou.reports.tables import cases, report
from gardefou.safeguards.found import found
from gardefou.staff import queries as staff
from gardefou.staff.credentials import RIPE_AFTER
from gardefou.storage import Tx
from tests.factories.authenticator import enrol_key
from tests.factories.house import make_house

REAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    yield made
    made.close()


class Doing:
    """Runs imports and remembers what was rejected."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.rejected: list[Rejected] = []

    def __call__(
        self, importer: Importer[Any], text: str, *, name: str = "in.csv", strict: bool = False
    ) -> dict[str, Any]:
        """Import a text, as a file of that name."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return self.file(importer, path, strict=strict)

    def file(self, importer: Importer[Any], path: Path, *, strict: bool = False) -> dict[str, Any]:
        """Import a file."""
        self.rejected = []
        run = Run(house=self.house, importer=importer, path=path, strict=strict, on_reject=self.rejected.append)
        done = run().as_json()
        del done["file"]
        return done


@pytest.fixture
def into(house: House, tmp_path: Path) -> Doing:
    return Doing(house, tmp_path)


def counted(added: int = 0, changed: int = 0, same: int = 0, rejected: int = 0, proposed: int = 0) -> dict[str, int]:
    told = {"added": added, "changed": changed, "same": same, "proposed": proposed, "to_sign": 0}
    return told | {"rejected": rejected}


ACCOUNTS = "twitter,twitter_id,name,twitter_followers\nRepOne,11,Rep One,500\nRepTwo,12,Rep Two,600\n"


def test_accounts_go_in_once_and_counters_only_rise(into: Doing, house: House) -> None:
    assert into(Accounts(), ACCOUNTS) == counted(added=2)
    assert into(Accounts(), ACCOUNTS) == counted(same=2)
    changed = ACCOUNTS.replace("500", "900").replace("600", "1")
    assert into(Accounts(), changed) == counted(changed=1, same=1)
    with house.db.reading() as tx:
        one, two = by_handle(tx, "repone"), by_handle(tx, "reptwo")
        assert one is not None
        assert two is not None
        assert (one["followers"], two["followers"]) == (900, 600)
        # The house knows an account by the network's own id.
        assert tx.scalar(select(net_account.c.id).where(net_account.c.handle == "RepOne")) == one["id"]


@pytest.mark.promise(20)
def test_a_wrong_row_is_named_and_the_others_go_in(into: Doing) -> None:
    text = "handle,followers\ngood_one,1\nnot a handle,2\ngood_two,many\ngood_three\ngood_four,4\n"
    assert into(Accounts(), text) == counted(added=2, rejected=3)
    assert [row.line for row in into.rejected] == [3, 4, 5]
    assert "not a handle" in into.rejected[0].reason
    assert "followers: 'many' is not a number" in into.rejected[1].reason
    assert into.rejected[2].reason == "1 columns, expected 2"


@pytest.mark.promise(20)
def test_strict_takes_everything_or_nothing(into: Doing, house: House) -> None:
    with pytest.raises(RowsRejectedError, match="1 rejected, so nothing was imported"):
        into(Accounts(), "handle\ngood_one\nnot a handle\n", strict=True)
    with pytest.raises(RowsRejectedError, match="1 rejected"):
        # Each row reads well; only the house knows that the second cannot go in.
        into(Accounts(), "handle,id\ngood_one,1\ngood_one,2\n", strict=True)
    with house.db.reading() as tx:
        assert by_handle(tx, "good_one") is None
    assert into(Accounts(), "handle\ngood_one\n", strict=True) == counted(added=1)


@pytest.mark.promise(20)
def test_a_file_without_a_needed_column_changes_nothing(into: Doing) -> None:
    with pytest.raises(FileUnreadableError, match="no column for 'handle'"):
        into(Accounts(), "a,b\n1,2\n")


POSTS = (
    "status_id,created_at,text,favorite_count\n"
    "901,2017-11-01T10:00:00Z,Fish &amp; chips,3\n"
    "902,2017-11-02T10:00:00Z,Second,4\n"
    "903,2017-11-04T10:00:00Z,Too late,5\n"
)


def test_posts_keep_their_dates_and_go_in_once(into: Doing, house: House) -> None:
    into(Accounts(), ACCOUNTS)
    importer = Posts(account="RepOne", until=from_iso("2017-11-03T00:00:00Z"))
    assert into(importer, POSTS) == counted(added=2, rejected=1)
    assert into(importer, POSTS) == counted(same=2, rejected=1)
    assert into.rejected[0].line == 4
    with house.db.reading() as tx:
        rows = tx.all(select(net_post).order_by(net_post.c.id))
        assert [(row["text"], row["created_at"], row["likes"]) for row in rows] == [
            ("Fish & chips", from_iso("2017-11-01T10:00:00Z"), 3),
            ("Second", from_iso("2017-11-02T10:00:00Z"), 4),
        ]
        one = by_handle(tx, "RepOne")
        assert one is not None
        assert one["posts"] == 2


@pytest.mark.promise(20)
def test_a_post_of_the_future_is_rejected_alone(into: Doing) -> None:
    into(Accounts(), ACCOUNTS)
    text = (
        "id,created_at,text,account\n1,2017-11-01,Good,RepOne\n2,2017-11-02T19:00:01Z,Not yet,RepOne\n"
        "3,9999-12-31,Never,RepOne\n4,2017-11-02T19:00:00Z,Now,RepOne\n"
    )
    assert into(Posts(), text) == counted(added=2, rejected=2)
    assert {row.line: row.reason.split(":")[0] for row in into.rejected} == {3: "created_at", 4: "created_at"}
    assert "created_at: in the future" in {row.reason for row in into.rejected}
    accounts = "handle,created_at\nlater,2018-01-01\nsooner,2017-01-01\n"
    assert into(Accounts(), accounts) == counted(added=1, rejected=1)
    assert into.rejected == [Rejected(2, "created_at: in the future")]


@pytest.mark.promise(20)
def test_an_address_belongs_to_one_account_and_is_one_address(into: Doing, house: House) -> None:
    text = (
        'handle,email\none,"a@x.example\nBcc: evil@x.example"\ntwo,"a@x.example,b@x.example"\nthree,a b@x.example\n'
        "four,first@x.example\nfive,First@x.example\nsix,second@x.example\n"
    )
    assert into(Accounts(), text) == counted(added=2, rejected=4)
    reasons = [row.reason for row in into.rejected]
    assert all("not an e-mail address" in reason for reason in reasons[:3])
    assert reasons[3] == "@five: There is already an account with this e-mail address."
    with house.db.reading() as tx:
        assert tx.scalar(select(net_account.c.email).where(net_account.c.handle == "four")) == "first@x.example"


class Odd(Accounts):
    """An import whose handles the database refuses when they are longer than their column allows."""

    def write(self, tx: Tx, house: House, items: list[Lined[Unborn]], now: int) -> Iterator[Fate | Rejected]:
        """Write, and write the odd one's first account twice."""
        yield from Accounts.write(self, tx, house, items, now)
        if any(item.account.handle == "odd" for _, item in items):
            row = tx.first(select(net_account).where(net_account.c.handle == "odd"))
            assert row is not None
            tx.execute(insert(net_account).values(**row))


@pytest.mark.promise(20)
def test_what_the_database_refuses_loses_its_own_row_only(into: Doing, house: House) -> None:
    text = "handle\none\nodd\ntwo\n"
    assert into(Odd(), text) == counted(added=2, rejected=1)
    assert into.rejected == [Rejected(3, "the database refuses it (IntegrityError)")]
    with house.db.reading() as tx:
        assert set(tx.execute(select(net_account.c.handle)).scalars()) >= {"one", "two"}
    with pytest.raises(RowsRejectedError, match="in lines 2 to 3, so nothing was imported"):
        into(Odd(), "handle\nthree\nodd\n", strict=True)
    with house.db.reading() as tx:
        assert tx.scalar(select(net_account.c.id).where(net_account.c.handle == "three")) is None


@pytest.mark.promise(20)
def test_a_report_from_before_everything_is_rejected(into: Doing) -> None:
    into(Accounts(), ACCOUNTS)
    text = "id,account,category,created_at\n1,RepOne,spam,1999-01-01\n2,RepOne,spam,2017-01-01\n"
    assert into(Reports(), text) == counted(added=1, rejected=1)
    assert into.rejected[0].reason == "created_at: before 2006"


@pytest.mark.promise(20)
def test_posts_of_an_unknown_account_are_rejected_by_its_name(into: Doing) -> None:
    assert into(Posts(), "id,created_at,text,account\n1,2017-11-01,Hello,nobody\n") == counted(rejected=1)
    assert "there is no account @nobody; import it first" in into.rejected[0].reason


@pytest.mark.promise(20)
@pytest.mark.parametrize("strict", [False, True])
def test_an_option_that_names_an_unknown_account_is_one_line_and_not_one_per_row(into: Doing, *, strict: bool) -> None:
    with pytest.raises(NotFoundError, match=r"^--account nobody: there is no such account; import it first$"):
        into(Posts(account="nobody"), POSTS, strict=strict)
    assert into.rejected == []


@pytest.mark.promise(11)
def test_a_roster_raises_and_never_lowers(into: Doing, house: House) -> None:
    into(Accounts(), ACCOUNTS)
    text = "handle,tier,office\nRepOne,critical,president\nRepTwo,notable,\nghost,notable,\n"
    assert into(Roster(source="list"), text) == counted(added=2, rejected=1)
    lower = "handle,tier,office\nRepOne,notable,\nRepTwo,critical,\n"
    assert into(Roster(source="list"), lower) == counted(changed=1, same=1)
    with house.db.reading() as tx:
        tiers = []
        for handle in ("RepOne", "RepTwo"):
            row = by_handle(tx, handle)
            assert row is not None
            line = roster(tx, row["id"])
            assert line is not None
            tiers.append(line["tier"])
    assert tiers == ["critical", "critical"]


STAFF = (
    "name,email,employer,team,roles,starts,ends,shift_starts,shift_ends\n"
    "Agent 1,a1@x.example,Us,North,agent,2017-01-01,,2017-11-02T18:00:00Z,2017-11-03T02:00:00Z\n"
    "Reviewer 2,r2@x.example,Us,South,reviewer; duty manager,2017-01-01,2018-01-01,,\n"
    "Boss 3,b3@x.example,Us,South,emperor,2017-01-01,,,\n"
    'Two 4,"t@x.example,u@x.example",Us,South,agent,2017-01-01,,,\n'
)


def test_staff_go_in_once_with_roles_and_shifts(into: Doing, house: House, clock: SimulatedClock) -> None:
    assert into(Staff(), STAFF) == counted(added=2, rejected=2)
    assert "'emperor' is not a role" in into.rejected[0].reason
    assert "not an e-mail address" in into.rejected[1].reason
    assert into(Staff(), STAFF) == counted(same=2, rejected=2)
    with house.db.reading() as tx:
        one, two = staff.people(tx, clock.now())
    assert (one.roles, one.team, one.on_shift_until) == (
        frozenset({"agent"}),
        "North",
        from_iso("2017-11-03T02:00:00Z"),
    )
    assert (two.roles, two.on_shift_until) == (frozenset({"reviewer", "duty manager"}), None)


@pytest.mark.promise(2)
def test_a_second_person_with_the_same_address_is_a_rejected_row(into: Doing) -> None:
    again = STAFF.splitlines()[0] + "\nAgent 9,A1@X.example,Us,South,agent,2017-01-01,,,\n"
    into(Staff(), STAFF)
    assert into(Staff(), again) == counted(rejected=1)
    assert "a1@x.example is the address of Agent 1" in into.rejected[0].reason


def test_reports_go_through_intake_once(into: Doing, house: House) -> None:
    into(Accounts(), ACCOUNTS)
    lines = [
        {"id": "1", "account": "@RepOne", "category": "spam", "comment": "a", "reporter": "x"},
        {"id": "2", "account": "@RepOne", "category": "hate", "comment": "b", "reporter": "y"},
        {"id": "3", "account": "@RepOne", "category": "noise", "comment": "", "reporter": "y"},
        {"id": "4", "account": "@ghost", "category": "spam", "comment": "", "reporter": "y"},
        {"id": "5", "account": "@RepOne", "category": "spam", "comment": "x" * 1_000_001, "reporter": "y"},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    assert into(Reports(), text, name="in.jsonl") == counted(added=2, rejected=3)
    reasons = " ".join(row.reason for row in into.rejected)
    assert "category: 'noise' is none of threats" in reasons
    assert "there is no account @ghost" in reasons
    assert "comment: 1000001 characters, at most 1000" in reasons
    assert into(Reports(), text, name="in.jsonl") == counted(same=2, rejected=3)
    with house.db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(cases)) == 1
        assert tx.scalar(select(func.count()).select_from(report)) == 2


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data is not beside this checkout")
def test_the_real_files_go_in(into: Doing, house: House, clock: SimulatedClock) -> None:
    clock.set(from_iso("2023-01-01"))  # The lists of deputies have accounts that are younger than the incident.
    assert into(Accounts(), "handle,id,posts\nrealDonaldTrump,25073877,36000\n") == counted(added=1)
    posts = Posts(account="realDonaldTrump", until=from_iso("2017-11-02T22:35:43Z"))
    assert into.file(posts, REAL / "realdonaldtrump-tweets-2009-2018.csv.gz") == counted(added=32_299, rejected=508)
    congress = REAL / "us-congress-twitter-2017-10-23.csv"
    assert into.file(Accounts(), congress) == counted(added=528)
    assert into.file(Roster(), congress)["rejected"] == 528
    assert into.rejected[0].reason == "a line of the roster names its source"
    assert into.file(Roster(source="clerk"), congress) == counted(added=528)
    for name, rows in (("fr-deputes-twitter-2017-2022.csv", 599), ("fr-senateurs-twitter.csv", 420)):
        done = into.file(Accounts(locale="fr"), REAL / name)
        assert done["added"] + done["changed"] + done["same"] + done["rejected"] == rows
        assert done["added"] >= rows - 25
    done = into.file(Accounts(), REAL / "legislators-social-media.yaml")
    assert done["added"] > 200
    with house.db.reading() as tx:
        row = by_handle(tx, "realDonaldTrump")
        assert row is not None
        # The counter shown on the profile counts posts that are gone; it does not fall to what is here.
        assert row["posts"] == 36_000


PEOPLE = (
    "name,email,employer,team,roles,starts\n"
    "Boss,boss@x.example,Us,South,administrator,2017-01-01\n"
    "Manager,m@x.example,Us,North,duty manager,2017-01-01\n"
    "Reader,r@x.example,Us,North,reviewer,2017-01-01\n"
)


@pytest.fixture
def founded_house(into: Doing, house: House) -> House:
    """A house with three people and two accounts, founded."""
    into(Staff(), PEOPLE)
    into(Accounts(), ACCOUNTS)
    with house.db.transaction() as tx:
        for one in staff.people(tx, house.clock.now()):
            enrol_key(tx, now=house.clock.now() - RIPE_AFTER, person_id=one.id)
        found(tx, actor=SETUP, now=house.clock.now(), settings=guarded(house.settings))
    return house


@pytest.mark.promise(11)
def test_once_founded_a_row_of_staff_becomes_an_order(into: Doing, founded_house: House) -> None:
    newcomer = PEOPLE.splitlines()[0] + "\nNew,new@x.example,Us,North,agent,2017-01-01\n"
    with pytest.raises(BadInputError, match="--as"):
        into(Staff(), newcomer)
    assert into(Staff(by="Boss"), newcomer) == counted(proposed=1)
    assert into(Staff(by="Boss"), newcomer) == counted(same=1)
    with founded_house.db.transaction() as tx:
        order = open_orders(tx)[0]
        manager = Actor.person(int(person_named(tx, "Manager")["id"]))
        now = founded_house.clock.now()
        approve(tx, founded_house.ports, actor=manager, now=now, order_id=order.id, digest_hex=order.digest.hex())
    assert into(Staff(by="Boss"), newcomer) == counted(proposed=1)  # Their role, now that they are enrolled.
    with founded_house.db.reading() as tx:
        new = staff.person(tx, int(person_named(tx, "New")["id"]), now)
    assert new is not None
    assert new.engaged_since == now  # Whatever the list says: nobody here has seen the days before.


@pytest.mark.promise(11)
def test_once_founded_a_line_of_a_roster_takes_one_person_who_may(into: Doing, founded_house: House) -> None:
    line = "handle\nRepOne\n"
    assert into(Roster(source="the list", by="Reader"), line) == counted(added=1)
    assert into(Roster(source="the list", by="Reader"), line) == counted(same=1)
    with founded_house.db.reading() as tx:
        assert roster(tx, by_handle(tx, "RepOne")["id"])["order_id"] is not None  # type: ignore[index]  # it is there
