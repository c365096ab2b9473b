"""Play a lane: feed the acts to the real engine, and read from its record what came of them."""

from dataclasses import dataclass, field
from typing import Any

from gardefou.app.replay.lane import Lane, Moment
from gardefou.app.replay.scenario import Act, Scenario
from gardefou.app.replay.stage import Stage, set_up
from gardefou.clock import SECOND, from_datetime
from gardefou.errors import ConflictError
from gardefou.events import Actor
from gardefou.guard.verdict import Refused, Verdict
from gardefou.ledger import store
from gardefou.orders import queries, rulebook
from gardefou.orders.approve import approve
from gardefou.orders.kinds import RESTORING, SHAPES, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.propose import propose
from gardefou.orders.veto import veto
from gardefou.reports.intake import file_report


def play(scenario: Scenario, rulebook_text: str, *, as_it_happened: bool) -> Lane:
    """Play the incident under a rulebook, in a house that is thrown away.

    Raises:
        RulebookError: the rulebook cannot be loaded; one lane loads it unproved.
    """
    with set_up(scenario, rulebook_text, as_it_happened=as_it_happened) as stage:
        player = _Player(stage=stage, scenario=scenario)
        for act in scenario.acts:
            stage.advance_to(act.instant)
            player.act(act)
        stage.advance_to(from_datetime(scenario.ends))
        return player.lane()


@dataclass(slots=True, kw_only=True)
class _Player:
    stage: Stage
    scenario: Scenario
    acts: list[Moment] = field(default_factory=list)
    asked: Order | None = None
    first_verdict: Verdict | None = None

    def act(self, act: Act) -> None:
        """Do what a person did."""
        {
            "report": self._report,
            "hide": self._hide,
            "approve": self._approve,
            "veto": self._veto,
            "restore": self._restore,
            "state": self._state,
            "comment": self._comment,
        }[act.does](act)

    def _note(self, act: Act, what: str, rules: tuple[str, ...] = ()) -> None:
        self.acts.append(
            Moment(
                at=act.instant, what=what, who=self._role(act.who), certainty=act.certainty, rules=rules, says=act.says
            )
        )

    def _role(self, key: str) -> str:
        return next((someone.role for someone in self.scenario.people if someone.key == key), key)

    def _report(self, act: Act) -> None:
        with self.stage.db.transaction() as tx:
            file_report(
                tx,
                actor=Actor.visitor("replay"),
                now=self.stage.now,
                account_id=self.stage.account_id,
                category=act.category,
                comment="",
                posts=(),
                locale="en",
                protected=True,
            )
        self._note(act, "reported")

    def _hide(self, act: Act) -> None:
        with self.stage.db.transaction() as tx:
            outcome = propose(
                tx,
                self.stage.ports,
                actor=self.stage.people[act.who],
                now=self.stage.now,
                kind=Kind.ACCOUNT_HIDE.value,
                subject_id=self.stage.account_id,
                reason=act.reason,
                not_before=None if act.takes_effect is None else from_datetime(act.takes_effect),
            )
        self.asked, self.first_verdict = outcome.order, outcome.verdict
        self._note(act, "asked")

    def _approve(self, act: Act) -> None:
        if self.asked is None:
            return
        try:
            with self.stage.db.transaction() as tx:
                approve(
                    tx,
                    self.stage.ports,
                    actor=self.stage.people[act.who],
                    now=self.stage.now,
                    order_id=self.asked.id,
                    digest_hex=self.asked.digest.hex(),
                )
            self._note(act, "approved")
        except ConflictError:
            self._note(act, "nothing to approve")

    def _veto(self, act: Act) -> None:
        if self.asked is None:
            return
        try:
            with self.stage.db.transaction() as tx:
                actor = self.stage.people[act.who]
                veto(tx, self.stage.ports, actor=actor, now=self.stage.now, order_id=self.asked.id, why=act.says)
            self._note(act, "vetoed")
        except ConflictError:
            self._note(act, "nothing to stop")

    def _restore(self, act: Act) -> None:
        try:
            with self.stage.db.transaction() as tx:
                propose(
                    tx,
                    self.stage.ports,
                    actor=self.stage.people[act.who],
                    now=self.stage.now,
                    kind=RESTORING["account"].value,
                    subject_id=self.stage.account_id,
                )
            self._note(act, "restored")
        except ConflictError:
            self._note(act, "nothing to restore")

    def _state(self, act: Act) -> None:
        self._note(act, "stated" if self._ever_dark() else "not needed")

    def _comment(self, act: Act) -> None:
        self._note(act, "commented" if self._ever_dark() else "not needed")

    def _ever_dark(self) -> bool:
        return bool(self._dark())

    def _dark(self) -> list[tuple[int, int | None]]:
        """Return the times the page was gone, from the record alone."""
        spans: list[tuple[int, int | None]] = []
        with self.stage.db.reading() as tx:
            for entry in store.entries(tx):
                standing = entry.body.get("standing")
                if not standing:
                    continue
                if standing["after"] == "hidden" and standing["before"] != "hidden":
                    spans.append((entry.at, None))
                elif standing["before"] == "hidden" and standing["after"] != "hidden" and spans:
                    spans[-1] = (spans[-1][0], entry.at)
        return spans

    def lane(self) -> Lane:
        """Read from the record what came of it all."""
        dark = self._dark()
        with self.stage.db.reading() as tx:
            written = [moment for entry in store.entries(tx) if (moment := _moment(entry)) is not None]
            asked = None if self.asked is None else queries.order(tx, self.asked.id)
            approvals = 0 if asked is None else len(queries.approvals(tx, asked.id))
        timeline = tuple(sorted([*self.acts, *written], key=lambda moment: moment.at))
        plan = self.first_verdict.plan if self.first_verdict is not None else None
        refused = isinstance(self.first_verdict, Refused)
        rules = _refusing(self.first_verdict)
        gone = bool(dark)
        restored = gone and dark[-1][1] is not None
        return Lane(
            rulebook=self._name(),
            timeline=timeline,
            dark=tuple(dark),
            outcome="restored" if restored else "dark" if gone else "stayed up",
            people_needed=1 + (approvals if gone else len(plan.places) if plan else 0),
            hold=plan.hold if plan else 0,
            stopped_by="rule" if refused else "person" if restored or _stopped(asked) else "nobody",
            rules=rules if refused else (),
            stopped_at=self._stopped_at(asked, dark, refused=refused),
            seconds_to_know=self._seconds_to_know(dark),
        )

    def _name(self) -> str:
        with self.stage.db.reading() as tx:
            return rulebook.in_force(tx, self.stage.ports.load_rulebook).name

    def _stopped_at(self, asked: Order | None, dark: list[tuple[int, int | None]], *, refused: bool) -> int | None:
        if asked is None:
            return None
        if refused:
            return asked.ended_at
        return dark[-1][1] if dark else asked.ended_at

    def _seconds_to_know(self, dark: list[tuple[int, int | None]]) -> int | None:
        """Return how long it took to know who did it.

        Where the page fell, from the fall to the first statement that said who. Where nothing fell, from the attempt to
        the entry that holds it.
        """
        if dark:
            said = [act.instant for act in self.scenario.acts if act.names_who and act.instant >= dark[0][0]]
            return (min(said) - dark[0][0]) // SECOND if said else None
        if self.asked is None:
            return None
        with self.stage.db.reading() as tx:
            entries = [entry for entry in store.entries(tx) if entry.order_id == self.asked.id]
        return (entries[0].at - self.asked.proposed_at) // SECOND


def _moment(entry: store.Entry) -> Moment | None:
    """Return what an entry of an order's life is on the timeline."""
    what = {
        "order.refused": "refused",
        "order.proposed": "waiting",
        "order.held": "held",
        "order.executed": "executed",
        "order.reversed": None,
        "order.voided": "voided",
    }.get(entry.kind)
    if what is None:
        return None
    kind = Kind(entry.body["order_kind"])
    if what == "executed":
        what = "back" if SHAPES[kind].undoes else "gone"
    rules = tuple(dict.fromkeys(_rules(entry.body["verdict"]))) or tuple(entry.body["rules"])
    return Moment(at=entry.at, what=what, who="the engine", certainty="computed", rules=rules)


def _rules(verdict: dict[str, Any]) -> list[str]:
    found = [str(reason["fields"].get("rule", "")) for reason in verdict["reasons"]]
    return [rule for rule in found if rule]


def _refusing(verdict: Verdict | None) -> tuple[str, ...]:
    if verdict is None:
        return ()
    found = [str(reason.fields.get("rule", "")) for reason in verdict.reasons]
    return tuple(dict.fromkeys(rule for rule in found if rule))


def _stopped(asked: Order | None) -> bool:
    return asked is not None and asked.state is State.VOID
