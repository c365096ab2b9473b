"""Who may handle an incident: reviewers and duty managers; and nobody closes one about what they did themselves."""

from gardefou.events import Actor
from gardefou.incidents import queries
from gardefou.orders import queries as orders
from gardefou.reports.errors import WorkerError
from gardefou.reports.workers import REVIEWERS, require_worker
from gardefou.storage import Tx
from gardefou.words import gettext as _


def require_handler(tx: Tx, *, actor: Actor, now: int) -> None:
    """See that the actor handles incidents.

    Raises:
        WorkerError: they do not.
    """
    if not require_worker(tx, actor, now).roles & REVIEWERS:
        raise WorkerError(_("Reviewers and duty managers handle incidents; your roles do not."))


def require_uninvolved(tx: Tx, *, actor: Actor, incident_id: int) -> None:
    """See that the actor asked for and signed none of what the incident is about.

    Raises:
        WorkerError: they did.
    """
    for order in queries.orders_of(tx, incident_id):
        signed = any(str(row["person_id"]) == actor.key for row in orders.votes(tx, order.id))
        if order.proposer == actor or signed:
            raise WorkerError(_("You took part in what this incident is about: somebody else stands it down."))
