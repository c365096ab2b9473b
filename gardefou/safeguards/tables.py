"""The guarded settings as they are in force: what the programs must be started with, and by which order."""

from sqlalchemy import CheckConstraint, Column, Table, Text

from gardefou.storage.metadata import Int64, metadata

#: One line for each guarded setting, without its password. `one` is the house, which is what such an order is about.
setting_in_force = Table(
    "setting_in_force",
    metadata,
    Column("name", Text, primary_key=True),
    Column("one", Int64, nullable=False),
    Column("value", Text, nullable=False),
    Column("order_id", Int64),
    CheckConstraint("one = 1", name="one"),
)
