"""What the doctor says of the published record: its key, how far it has come and how late, and whether it is whole."""

from collections.abc import Iterator

from gardefou.app.behind_watch import CURE, ahead, held_elsewhere
from gardefou.app.check import Check
from gardefou.app.errors import LedgerKeyError
from gardefou.app.house import House
from gardefou.app.ledger_key import key_in_use, signer_of, unkeyed, verifier_keys
from gardefou.app.settings import Settings
from gardefou.clock import SECOND
from gardefou.errors import GardefouError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.fsck import fsck
from gardefou.ledger.log import LATE, Log, state
from gardefou.safeguards.found import founded
from gardefou.safeguards.settings import LOG_KEY, in_force
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import duration


def ledger_checks(tx: Tx, house: House, now: int) -> Iterator[Check]:
    """Look at the log's key, at what was published last, and at the files at its right edge."""
    settings = house.settings
    folder = LedgerFolder(settings.ledger_folder)
    if unkeyed(settings):
        words = _("The record is not published, so no outsider can check it: `gardefou init` makes its key.")
        yield Check(name="ledger key", state="warning", words=words)
        return
    yield _key(tx, house)
    yield from _behind(tx, house)
    try:
        keys = verifier_keys(settings)
    except LedgerKeyError:
        return  # The line above has said it.
    if keys:
        yield _published(tx, Log(folder=folder, keys=lambda: keys), now, longest=_longest(settings))
        yield _files(folder, house)


def _behind(tx: Tx, house: House) -> Iterator[Check]:
    """Say that the record has lost what is held of it elsewhere; and what nobody can read of that."""
    try:
        lost = ahead(tx, held_elsewhere(house.settings))
    except (GardefouError, OSError) as problem:
        words = _(
            "What is held of the record elsewhere cannot be read, so only restores take effect: %(why)s",
            why=str(problem),
        )
        yield Check(name="ledger behind", state="problem", words=words)
        return
    if lost is not None:
        words = _(
            "The record does not have the %(size)s entries that are held of it (%(holder)s), as after a backup was put "
            "back: only restores take effect. Put the newer database back, or: %(do)s",
            size=lost.size,
            holder=lost.holder,
            do=CURE,
        )
        yield Check(name="ledger behind", state="problem", words=words)


def other_key(tx: Tx, settings: Settings) -> str:
    """Return, in words, that the key in use is not the one that was agreed upon; empty where it is, or none was."""
    agreed, used = in_force(tx).get(LOG_KEY, ""), key_in_use(settings)
    if not agreed or agreed == used:
        return ""
    return _(
        "The record is signed with %(used)s, and %(agreed)s was agreed upon, at the founding or by an order since. Put "
        "that one back; or have the other agreed upon: `gardefou propose setting.change`.",
        used=used or _("no key"),
        agreed=agreed,
    )


def _longest(settings: Settings) -> int:
    return max(LATE, int(3 * settings.ledger_every * SECOND))


def _key(tx: Tx, house: House) -> Check:
    try:
        key = signer_of(house.settings).key
    except LedgerKeyError as problem:
        return Check(name="ledger key", state="problem", words=problem.message)
    other = other_key(tx, house.settings)
    if other:
        return Check(name="ledger key", state="problem", words=other)
    if founded(tx) and not house.demo and not in_force(tx).get(LOG_KEY):
        words = _(
            "%(key)s: the house was founded before it had a key, and nobody has agreed upon this one: `gardefou "
            "propose setting.change --set name=ledger_vkey --set value=… --as PERSON`.",
            key=key,
        )
        return Check(name="ledger key", state="warning", words=words)
    return Check(name="ledger key", state="ok", words=str(key))


def _published(tx: Tx, log: Log, now: int, *, longest: int) -> Check:
    found = state(tx, log)
    waited = 0 if found.since is None else max(0, now - found.since)
    if waited > longest:
        words = ngettext(
            "%(count)s entry has waited for %(time)s to be published.",
            "%(count)s entries wait to be published, the oldest for %(time)s.",
            found.waiting,
            time=duration(waited),
        )
        why = found.trouble or _("Is the worker running?")
        return Check(name="published", state="problem", words=f"{words} {why}")
    if found.trouble:
        return Check(name="published", state="problem", words=found.trouble)
    if found.checkpoint is None:
        return Check(name="published", state="ok", words=_("Nothing yet."))
    words = ngettext(
        "%(count)s entry; its head was signed %(ago)s ago.",
        "%(count)s entries; their head was signed %(ago)s ago.",
        found.checkpoint.size,
        ago=duration(max(0, now - found.at)),
    )
    return Check(name="published", state="ok", words=words)


def _files(folder: LedgerFolder, house: House) -> Check:
    """Compare the right edge, and change nothing: who publishes repairs it."""
    try:
        # Read as it is now: the worker may have published since the doctor came.
        with house.db.reading() as tx:
            found = fsck(tx, folder=folder, keys=verifier_keys(house.settings), repair=False)
    except (GardefouError, OSError) as problem:
        said = problem.message if isinstance(problem, GardefouError) else str(problem.strerror)
        return Check(name="ledger files", state="problem", words=said)
    if found.damaged:
        words = ngettext(
            "%(count)s published file is damaged: %(first)s. `gardefou ledger fsck` puts it back from the database.",
            "%(count)s published files are damaged, the first %(first)s. `gardefou ledger fsck` puts them back from "
            "the database.",
            len(found.damaged),
            first=found.damaged[0],
        )
        return Check(name="ledger files", state="problem", words=words)
    return Check(name="ledger files", state="ok", words=_("Its right edge agrees with the database."))
