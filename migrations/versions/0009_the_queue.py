"""The parts of the queue are read along indexes of their own, which hold open cases alone; who looks at a case."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'

FOR_ALL = "state = 'open' AND protected = 0 AND handed_to IS NULL"
KEPT = "state = 'open' AND (protected = 1 OR handed_to IS NOT NULL)"


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _part(name: str, where: str, *columns: str) -> None:
    op.create_index(name, 'cases', list(columns), unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    _part('ix_cases_due', FOR_ALL, 'due_at', 'id', 'severity', 'locale')
    _part('ix_cases_priority', FOR_ALL, 'severity', 'due_at', 'id', 'locale')
    _part('ix_cases_kept', KEPT, 'due_at', 'id', 'severity', 'locale')
    op.drop_index('ix_cases_queue', table_name='cases')
    op.create_table('presence',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('case_id', _Int(), nullable=False),
    sa.Column('person_id', _Int(), nullable=False),
    sa.Column('until', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_presence_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_presence_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presence'))
    )
    op.create_index(op.f('ix_presence_case_id'), 'presence', ['case_id'], unique=False)


def downgrade() -> None:
    op.drop_table('presence')
    op.create_index('ix_cases_queue', 'cases', ['state', 'protected', 'due_at'], unique=False)
    for name in ('ix_cases_kept', 'ix_cases_priority', 'ix_cases_due'):
        op.drop_index(name, table_name='cases')
