"""Fill the demo's network: accounts, posts, follows, rosters. The real files if they are there, else stand-ins."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from gardefou.accounts.enter_roster import enter_roster
from gardefou.app.demo.accounts import (
    LAST_POST,
    NAMED,
    PASSWORD,
    TRUMP,
    TRUMP_FOLLOWERS,
    TRUMP_FOLLOWING,
    TRUMP_ID,
    TRUMP_JOINED,
    TRUMP_POSTS,
    Extra,
    crowd,
)
from gardefou.app.demo.sayings import ENGLISH, FRENCH, REPORTED, STAND_INS
from gardefou.app.demo.stage import Stage
from gardefou.app.imports.accounts import Accounts
from gardefou.app.imports.posts import Posts
from gardefou.app.imports.run import good_rows
from gardefou.clock import DAY, HOUR, MINUTE, from_iso
from gardefou.events.actor import SETUP
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.network.import_follow import import_follow
from gardefou.network.import_posts import ImportedPost, import_posts
from gardefou.network.passwords import PasswordHash, hashed
from gardefou.storage import Tx
from gardefou.storage.house import remember
from gardefou.storage.ids import id_at

MEMBERS = 6
#: What the house remembers of where the posts of the incident's account came from.
POSTS_ARE = "demo_posts_are"
#: How many of an account's newest posts get reported.
RECENT = 6
REAL_POSTS = "realdonaldtrump-tweets-2009-2018.csv.gz"
#: How many of each real roster join the network, and who holds what there.
ROSTERS = (
    ("us-congress-twitter-2017-10-23.csv", "en", "member of the US Congress", 12),
    ("fr-deputes-twitter-2017-2022.csv", "fr", "député", 8),
    ("fr-senateurs-twitter.csv", "fr", "sénateur", 4),
)
OWNER_EMAIL = "owner@realdonaldtrump.example"


def fill(tx: Tx, stage: Stage) -> None:
    """Open every account, let them post and follow, and protect those that are on a roster."""
    secret = hashed(PASSWORD)
    _open_trump(tx, stage, secret)
    for number, extra in enumerate([*NAMED, *crowd()]):
        _open_extra(tx, stage, extra, number, secret if number < MEMBERS else None)
    _open_rosters(tx, stage)
    _follow(tx, stage)


def _open_trump(tx: Tx, stage: Stage, secret: PasswordHash) -> None:
    now = stage.now
    account = ImportedAccount(
        handle=TRUMP,
        display_name="Donald J. Trump",
        note="45th President of the United States of America",
        imported_id=str(TRUMP_ID),
        created_at=from_iso(TRUMP_JOINED),
        followers=TRUMP_FOLLOWERS,
        following=TRUMP_FOLLOWING,
        posts=TRUMP_POSTS,
        email=OWNER_EMAIL,
        password_hash=secret,
    )
    account_id = import_account(tx, stage.house.neighbours, actor=SETUP, now=now, account=account)
    stage.accounts[TRUMP] = account_id
    enter_roster(
        tx, actor=SETUP, now=now, account_id=account_id, tier="critical", office="head of state", source="demo"
    )
    real = list(_real_posts(Path(stage.house.settings.real_data) / REAL_POSTS))
    remember(tx, key=POSTS_ARE, value="real" if real else "typed")
    posts = real or list(_stand_ins())
    _publish(tx, stage, TRUMP, posts)


def _real_posts(path: Path) -> Iterator[ImportedPost]:
    if not path.is_file():
        return
    # What was posted after the silence began is rejected, and so passed over.
    for _author, post in good_rows(Posts(account=TRUMP, until=from_iso(LAST_POST)), path):
        yield post


def _stand_ins() -> Iterator[ImportedPost]:
    for number, (at, text) in enumerate(STAND_INS):
        yield ImportedPost(imported_id=900_000 + number, text=text, created_at=from_iso(at))


def _open_extra(tx: Tx, stage: Stage, extra: Extra, number: int, secret: PasswordHash | None) -> None:
    now = stage.now
    account = ImportedAccount(
        handle=extra.handle,
        display_name=extra.name,
        note=extra.note,
        imported_id=f"demo-{number}",
        created_at=now - (40 + number * 11 % 900) * DAY,
        followers=extra.followers,
        following=20 + number * 13 % 300,
        locale=extra.locale,
        email=f"{extra.handle}@members.example" if secret or extra.tier or extra.handle in REPORTED else None,
        password_hash=secret,
    )
    account_id = import_account(tx, stage.house.neighbours, actor=SETUP, now=now, account=account)
    stage.accounts[extra.handle] = account_id
    if extra.tier:
        enter_roster(
            tx, actor=SETUP, now=now, account_id=account_id, tier=extra.tier, office=extra.office, source="demo"
        )
    _publish(tx, stage, extra.handle, _sayings(stage, extra, number))


def _sayings(stage: Stage, extra: Extra, number: int) -> list[ImportedPost]:
    """Return what an account said: what it is reported for, or two or three harmless things, in the last days."""
    pool = FRENCH if extra.locale == "fr" else ENGLISH
    texts = REPORTED.get(extra.handle) or tuple(islice(cycle(pool), number, number + 2 + number % 2))
    newest = stage.now - 7 * HOUR if extra.handle in REPORTED else stage.now - (5 + number * 37 % 2_600) * MINUTE
    return [
        ImportedPost(
            imported_id=1_000_000 + number * 10 + place,
            text=text,
            created_at=newest - (len(texts) - 1 - place) * 3 * HOUR,
            likes=stage.chance.randrange(30),
            reposts=stage.chance.randrange(5),
            locale=extra.locale,
        )
        for place, text in enumerate(texts)
    ]


def _publish(tx: Tx, stage: Stage, handle: str, posts: list[ImportedPost]) -> None:
    account_id = stage.accounts[handle]
    import_posts(tx, stage.house.neighbours, actor=SETUP, now=stage.now, account_id=account_id, posts=posts)
    stage.posts[handle] = [
        (id_at(post.created_at, post.imported_id), post.text, post.created_at) for post in posts[-RECENT:]
    ]


def _open_rosters(tx: Tx, stage: Stage) -> None:
    """Let some people of the real rosters join, and protect them as on the day of the incident."""
    for name, locale, office, most in ROSTERS:
        path = Path(stage.house.settings.real_data) / name
        if not path.is_file():
            continue
        for found in islice(good_rows(Accounts(locale=locale), path), most):
            account = replace(found.account, created_at=found.account.created_at or stage.now - 900 * DAY)
            account_id = import_account(tx, stage.house.neighbours, actor=SETUP, now=stage.now, account=account)
            stage.accounts[account.handle] = account_id
            enter_roster(
                tx, actor=SETUP, now=stage.now, account_id=account_id, tier="notable", office=office, source=name
            )


def _follow(tx: Tx, stage: Stage) -> None:
    """Let everybody follow a few others, and half of them the account of the incident."""
    handles = sorted(handle for handle in stage.accounts if handle != TRUMP)
    ids = [stage.accounts[handle] for handle in handles]
    import_follow(tx, actor=SETUP, now=stage.now, follower_ids=ids[::2], followee_id=stage.accounts[TRUMP])
    for place, followee in enumerate(ids):
        followers = [ids[(place + step) % len(ids)] for step in (1, 3, 7, 12, 20)]
        import_follow(tx, actor=SETUP, now=stage.now, follower_ids=followers, followee_id=followee)
