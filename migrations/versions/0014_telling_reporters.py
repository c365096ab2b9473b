"""Reporters are told what was decided, and those who misuse reports are warned, or left unread for a time."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'

STANDS = sa.text("kind = 'suspension' AND lifted_at IS NULL")
ASKED = sa.text('contested_at IS NOT NULL AND answered_at IS NULL')
PROPOSED = sa.text("state = 'proposed'")
DUE = sa.text("state = 'due'")


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('measure',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('reporter', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', _Int(), nullable=False),
    sa.Column('by', _Int(), nullable=False),
    sa.Column('until', _Int(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided', _Int(), nullable=False),
    sa.Column('rejected', _Int(), nullable=False),
    sa.Column('unfounded', _Int(), nullable=False),
    sa.Column('gravity', sa.Text(), nullable=False),
    sa.Column('intent', sa.Text(), nullable=False),
    sa.Column('refused', _Int(), server_default='0', nullable=False),
    sa.Column('lifted_at', _Int(), nullable=True),
    sa.Column('lifted_by', _Int(), nullable=True),
    sa.Column('lifted_because', sa.Text(), nullable=True),
    sa.Column('contested_at', _Int(), nullable=True),
    sa.Column('contest', sa.Text(), nullable=True),
    sa.Column('answered_at', _Int(), nullable=True),
    sa.Column('answered_by', _Int(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('warning', 'suspension')", name=op.f('ck_measure_kind')),
    sa.CheckConstraint("(kind = 'suspension') = (until IS NOT NULL)", name=op.f('ck_measure_until')),
    sa.CheckConstraint("gravity IN ('time lost', 'somebody harmed', 'grave harm')", name=op.f('ck_measure_gravity')),
    sa.CheckConstraint(
        "intent IN ('not known', 'careless', 'deliberate', 'concerted')", name=op.f('ck_measure_intent')
    ),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_measure_by')),
    sa.ForeignKeyConstraint(['lifted_by'], ['person.id'], name=op.f('fk_measure_lifted_by')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_measure_answered_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure'))
    )
    op.create_index('ix_measure_reporter', 'measure', ['reporter', 'id'])
    # Every report asks whether its reporter's are processed: few rows ever stand in this one.
    op.create_index(
        'ix_measure_stands', 'measure', ['reporter', 'until'], postgresql_where=STANDS, sqlite_where=STANDS
    )
    op.create_index('ix_measure_asked', 'measure', ['id'], postgresql_where=ASKED, sqlite_where=ASKED)
    op.create_table('misuse',
    sa.Column('reporter', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided', _Int(), nullable=False),
    sa.Column('rejected', _Int(), nullable=False),
    sa.Column('looked_at', _Int(), nullable=False),
    sa.Column('since', _Int(), nullable=False),
    sa.CheckConstraint("state IN ('proposed', 'looked into')", name=op.f('ck_misuse_state')),
    sa.PrimaryKeyConstraint('reporter', name=op.f('pk_misuse'))
    )
    op.create_index(
        'ix_misuse_proposed', 'misuse', ['rejected', 'reporter'], postgresql_where=PROPOSED, sqlite_where=PROPOSED
    )
    op.create_table('telling',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('case_id', _Int(), nullable=True),
    sa.Column('measure_id', _Int(), nullable=True),
    sa.Column('reporter', sa.Text(), nullable=True),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('begins_at', _Int(), nullable=False),
    sa.Column('told_to', _Int(), nullable=False),
    sa.Column('members', _Int(), nullable=False),
    sa.Column('made_at', _Int(), nullable=False),
    sa.Column('done_at', _Int(), nullable=True),
    sa.CheckConstraint('(case_id IS NULL) <> (measure_id IS NULL)', name=op.f('ck_telling_about_one_thing')),
    sa.CheckConstraint('(measure_id IS NULL) = (reporter IS NULL)', name=op.f('ck_telling_to_whom')),
    sa.CheckConstraint("state IN ('due', 'done', 'stopped')", name=op.f('ck_telling_state')),
    sa.CheckConstraint(
        "what IN ('upheld', 'rejected', 'taken back', 'warned', 'suspended', 'lifted', 'kept')",
        name=op.f('ck_telling_what'),
    ),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_telling_case_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_telling_measure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_telling'))
    )
    op.create_index(op.f('ix_telling_case_id'), 'telling', ['case_id'])
    op.create_index('ix_telling_due', 'telling', ['begins_at', 'id'], postgresql_where=DUE, sqlite_where=DUE)
    op.create_table('net_house_notice',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('handle', sa.Text(), nullable=False),
    sa.Column('leads_to', sa.Text(), nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_house_notice_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_house_notice')),
    sa.UniqueConstraint('account_id', 'about', name=op.f('uq_net_house_notice_account_id_about'))
    )
    op.create_index('ix_net_house_notice_account', 'net_house_notice', ['account_id', 'id'])


def downgrade() -> None:
    for table in ('net_house_notice', 'telling', 'misuse', 'measure'):
        op.drop_table(table)
