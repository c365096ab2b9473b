"""What rooms above plug into an order's life. `app` joins them; `orders` knows none of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gardefou.events import Actor
from gardefou.guard.facts import Value
from gardefou.guard.rules import Rulebook, load
from gardefou.guard.verdict import Verdict
from gardefou.orders.kinds import SHAPES, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.staff.ports import Authenticator
from gardefou.staff.site import Site
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an order acts upon, as it is now.

    Attributes:
        kind: `account`, `post`, `statement`, `person` or `house`.
        id: its id.
        account_id: the account it belongs to; the account itself; None where there is none.
        version: changes when what was signed for is no longer the same thing.
        label: what people call it, `@handle`.
        erased: an order has erased who it was: nothing is asked of it any more.
        values: what rules may ask of it: roster, office, followers, peak_followers_90d, assigned_tier.
    """

    kind: str
    id: int
    account_id: int | None
    version: int
    label: str
    erased: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)


class Subjects(Protocol):
    """Finds subjects of one kind."""

    def read(self, tx: Tx, *, subject_id: int, now: int, lock: bool) -> Subject | None:
        """Return the subject, its account's row locked when asked; None when there is none."""

    def changed(self, tx: Tx, *, subject: Subject) -> None:
        """Give the subject a new version, its standing having changed."""


class Changes(Protocol):
    """Reads what an order would change, where its kind alone does not say it."""

    @property
    def given(self) -> tuple[str, ...]:
        """Return the names of what a proposer gives; whatever else is signed, `check` finds out."""

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Return the change whole and in one spelling, as it is signed.

        Raises:
            BadInputError: something is missing, unknown, or could not take effect now.
        """


class Touching(Protocol):
    """Knows which other accounts than its subject an order would touch."""

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:
        """Return their ids, as far as the change can be read."""


class Effect(Protocol):
    """Does what orders of one subject kind, or of one kind, do, within the order's own transaction."""

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Bring the order's effect about; any error undoes the whole transaction."""

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:
        """Return the standing the platform shows now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Evidence with its digest.

    Attributes:
        refs: what was pointed at, as kept with the order.
        digest: SHA-256 over the things themselves as they were at proposal.
        found: whether there is any.
    """

    refs: Mapping[str, Any]
    digest: bytes
    found: bool


class Evidence(Protocol):
    """Turns what a proposer points at into something that can be signed."""

    def gather(self, tx: Tx, *, subject: Subject, refs: Mapping[str, Any]) -> Gathered:
        """Read the things pointed at and digest them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """One step of one order, told to listeners within its transaction.

    Attributes:
        order: the order after the step.
        deed: the ledger's word for it; `attempt.refused` when a vote was refused and nothing moved.
        before: the state before.
        after: the state after.
        actor: who did it.
        verdict: what the guard said.
        subject: what it acts upon.
        now: the instant.
    """

    order: Order
    deed: str
    before: State
    after: State
    actor: Actor
    verdict: Verdict
    subject: Subject
    now: int


#: Where a house is reached that nobody has set up yet.
LOCAL = Site(id="localhost", origin="http://localhost:8000")

Listener = Callable[[Tx, OrderEvent], None]


class TierRose(Protocol):
    """Hears that an account has reached a higher tier."""

    def __call__(self, tx: Tx, *, actor: Actor, now: int, account_id: int) -> object:
        """Do what follows from it elsewhere, in the same transaction."""


class Nearness(Protocol):
    """Knows who is too near to an account to decide about it."""

    def __call__(self, tx: Tx, *, account_id: int, people: Sequence[int]) -> Collection[int]:
        """Return which of these people are: it is theirs, their employer's, or one they follow."""


def _nobody(tx: Tx, *, account_id: int, people: Sequence[int]) -> Collection[int]:  # noqa: ARG001  # the port's shape
    return ()


def _nothing(tx: Tx, *, actor: Actor, now: int, account_id: int) -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything that plugs in.

    Attributes:
        subjects: who finds what orders act upon, by subject kind.
        effects: who brings orders about, by kind, or by subject kind where all its kinds are alike.
        changes: who reads what orders would change, by kind; the others change nothing but a standing.
        touching: which other accounts an order would touch, by kind; the others touch their subject alone.
        evidence: who digests what a proposer points at.
        listeners: who is told of each step, within its transaction.
        tier_rose: who is told that an account has a higher tier by an order, likewise.
        nearness: who is too near to an account to decide about it.
        load_rulebook: reads a rulebook's text; another than the guard's own only where everything is thrown away.
        executions_stopped: whether the clock has stepped (promise 5), the database's own guards are gone (promise 10)
            or a setting is not the one agreed upon (promise 11); then only restores take effect.
        record_behind: whether a head of the record is held elsewhere that it does not have (promise 14); then only
            restores take effect, and what recovers it.
        site: the site that signatures are made on.
        authenticator: what signs by itself where somebody should; only in demonstrations, replays and tests.
    """

    subjects: Mapping[str, Subjects]
    effects: Mapping[str, Effect]
    evidence: Evidence
    changes: Mapping[str, Changes] = field(default_factory=dict)
    touching: Mapping[str, Touching] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    tier_rose: TierRose = _nothing
    nearness: Nearness = _nobody
    load_rulebook: Callable[[str], Rulebook] = load
    executions_stopped: Callable[[], bool] = _never
    record_behind: Callable[[], bool] = _never
    site: Site = LOCAL
    authenticator: Authenticator | None = None

    def stops(self, kind: Kind, change: Mapping[str, str]) -> bool:
        """Return whether an order of this kind takes no effect now."""
        if SHAPES[kind].undoes:
            return False
        recovers = kind is Kind.SETTING_CHANGE and change.get("name") == "ledger_recovered"
        return self.executions_stopped() or (not recovers and self.record_behind())

    def effect_of(self, order: Order) -> Effect:
        """Return who brings this order about."""
        return self.effects.get(order.kind.value) or self.effects[order.subject_kind]
