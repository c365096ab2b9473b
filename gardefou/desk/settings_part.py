"""The settings a promise rests on, on the page of the rules: as agreed upon, by which order, and how they change."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from gardefou.desk.changes import Asking
from gardefou.orders import labels
from gardefou.orders.kinds import Kind
from gardefou.safeguards.settings import GUARDED
from gardefou.safeguards.tables import setting_in_force
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One of them: its name as it is typed, what it is, its value, and the order that set it."""

    name: str
    title: str
    value: str
    order_id: int | None


def settings_part(ask: Asking) -> dict[str, Any]:
    """Return what the part of the page shows; nothing is agreed upon before the house is founded, or in the demo."""
    agreed = {row["name"]: row for row in ask.tx.all(select(setting_in_force))}
    found = [
        Setting(name=name, title=labels.setting(name), value=agreed[name]["value"], order_id=agreed[name]["order_id"])
        for name in GUARDED
        if name in agreed
    ]
    effect = _(
        "Whoever runs the house then restarts its programs with it; until they agree, nothing but restoring takes "
        "effect."
    )
    names = [(name, labels.setting(name)) for name in GUARDED]
    form = ask.choices(Kind.SETTING_CHANGE, effect, "name", names) if found else None
    return {"settings": found, "setting_forms": [form] if form else [], "house_id": ask.subject_id}
