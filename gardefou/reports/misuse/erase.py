"""Put a word in place of somebody's name wherever what was said to a reporter has it (promise 15)."""

from sqlalchemy import or_, select, update

from gardefou.events import Actor
from gardefou.events.erase_mail import without
from gardefou.reports.misuse.tables import measure
from gardefou.storage import Tx


def erase_from_measures(tx: Tx, *, actor: Actor, name: str, email: str, mark: str) -> None:  # noqa: ARG001  # every write names its actor
    """Erase a person who works here from every reason and answer."""
    columns = (measure.c.reason, measure.c.lifted_because, measure.c.contest, measure.c.answer)
    spelt = or_(*(column.icontains(text, autoescape=True) for column in columns for text in (name, email) if text))
    for row in tx.all(select(measure).where(spelt)):
        said = {column.name: row[column.name] for column in columns if row[column.name] is not None}
        left = without(said, (email, name), mark)
        tx.execute(update(measure).where(measure.c.id == row["id"]).values(**left))
