"""A case says which order answers it, and stands in no queue while it waits for that one."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'

#: Each part of the queue: its indexes, what was true of its cases, and what is.
PARTS = (
    (
        {
            'ix_cases_due': ['due_at', 'id', 'severity', 'locale'],
            'ix_cases_priority': ['severity', 'rank_at', 'id', 'due_at', 'locale'],
        },
        "state = 'open' AND protected = 0 AND handed_to IS NULL",
        "state = 'open' AND order_id IS NULL AND protected = 0 AND handed_to IS NULL",
    ),
    (
        {'ix_cases_kept': ['due_at', 'id', 'severity', 'locale']},
        "state = 'open' AND (protected = 1 OR handed_to IS NOT NULL)",
        "state = 'open' AND order_id IS NULL AND (protected = 1 OR handed_to IS NOT NULL)",
    ),
)


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _again(name: str, columns: list[str], where: str) -> None:
    op.drop_index(name, 'cases')
    op.create_index(name, 'cases', columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def upgrade() -> None:
    op.add_column('cases', sa.Column('order_id', _Int(), nullable=True))
    for indexes, _before, where in PARTS:
        for name, columns in indexes.items():
            _again(name, columns, where)


def downgrade() -> None:
    for indexes, where, _now in PARTS:
        for name, columns in indexes.items():
            _again(name, columns, where)
    op.drop_column('cases', 'order_id')
