"""What the doctor says of settings: since when they are in use, which were never agreed upon, and whose house it is."""

from collections.abc import Iterator, Mapping

from gardefou.app.begin import PROGRAMS
from gardefou.app.check import Check
from gardefou.app.house import House
from gardefou.app.ledger_key import key_in_use
from gardefou.app.shown_settings import shown
from gardefou.safeguards.digest_settings import Digested, last_digested
from gardefou.safeguards.found import founded_by
from gardefou.safeguards.settings import GUARDED, differing, in_force
from gardefou.storage import Tx
from gardefou.storage.house import MADE_BY, remembered
from gardefou.words import gettext as _
from gardefou.words.numbers import day_and_time


def settings_checks(tx: Tx, house: House) -> Iterator[Check]:
    """Look at the settings of this command, and at those that each program was last started with."""
    begun = {program: found for program in PROGRAMS if (found := last_digested(tx, program)) is not None}
    yield _since(begun)
    if not house.demo:
        yield _agreed(tx, house, begun)
    yield from _maker(tx)


def _since(begun: Mapping[str, Digested]) -> Check:
    if not begun:
        return Check(name="settings", state="ok", words=_("No program has started here yet."))
    told = [_("%(program)s since %(time)s", program=name, time=day_and_time(one.since)) for name, one in begun.items()]
    words = _("In use as they are: %(programs)s. The record has every change.", programs=", ".join(told))
    return Check(name="settings", state="ok", words=words)


def _agreed(tx: Tx, house: House, begun: Mapping[str, Digested]) -> Check:
    """Hold the guarded settings of each program against those in force."""
    here = {_("this command"): shown(house.settings, log_key=key_in_use(house.settings))}
    every = here | {name: one.settings for name, one in begun.items() if one.settings is not None}
    agreed = in_force(tx)
    told = [
        _(
            "%(setting)s is “%(value)s” for %(program)s, and “%(agreed)s” was agreed upon",
            setting=name,
            value=values.get(name, ""),
            agreed=agreed.get(name, ""),
            program=program,
        )
        for program, values in every.items()
        for name in differing(tx, values)
    ]
    if not told:
        words = _("%(settings)s are as agreed upon.", settings=", ".join(GUARDED))
        return Check(name="agreed", state="ok", words=words)
    words = _(
        "%(differing)s. Nothing is executed and no mail leaves until it is put back; restoring goes on. To change it: "
        "`gardefou propose setting.change --set name=… --set value=… --as PERSON`; once that has taken effect, restart "
        "with it.",
        differing="; ".join(told),
    )
    return Check(name="agreed", state="problem", words=words)


def _maker(tx: Tx) -> Iterator[Check]:
    """Say when the database no longer says of itself what the record says of it: no house is made a demo."""
    told = founded_by(tx)
    if told is not None and remembered(tx, MADE_BY) != told:
        words = _(
            "Who made the database was changed behind the house’s back; the record’s word, “%(by)s”, counts.", by=told
        )
        yield Check(name="maker", state="problem", words=words)
