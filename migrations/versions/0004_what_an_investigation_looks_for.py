"""What an investigation looks for: entries by their time, orders by whoever proposed them and by kind."""

from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_index("ix_entry_at", "entry", ["at"])
    op.create_index("ix_orders_proposer", "orders", ["proposer", "state"])
    op.create_index("ix_orders_kind", "orders", ["kind"])


def downgrade() -> None:
    op.drop_index("ix_orders_kind", "orders")
    op.drop_index("ix_orders_proposer", "orders")
    op.drop_index("ix_entry_at", "entry")
