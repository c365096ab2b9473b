"""Who filed what is set aside weighs nothing in its case: how far that is reckoned, and what was taken out."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'

WAITS = sa.text('taken_back_at IS NULL AND weighed_to < upto')


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('aside', sa.Column('weighed_to', _Int(), server_default='0', nullable=False))
    op.add_column('aside', sa.Column('taken_out', sa.Text(), server_default='{}', nullable=False))
    op.create_index('ix_aside_waits', 'aside', ['id'], postgresql_where=WAITS, sqlite_where=WAITS)


def downgrade() -> None:
    op.drop_index('ix_aside_waits', table_name='aside')
    for column in ('taken_out', 'weighed_to'):
        op.drop_column('aside', column)
