"""A platform's reporter is known to have come through it, and through which machine."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    op.create_table(
        'brought',
        sa.Column('reporter', sa.Text(), nullable=False),
        sa.Column('machine', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('reporter', name=op.f('pk_brought')),
    )


def downgrade() -> None:
    op.drop_table('brought')
