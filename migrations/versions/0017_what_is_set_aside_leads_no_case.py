"""What is set aside leads no case and is in none of its sums: its kinds, and how far the rest is taken out."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('aside', sa.Column('kinds', sa.Text(), server_default='[]', nullable=False))
    op.add_column('aside', sa.Column('whole', _Int(), server_default='0', nullable=False))
    op.create_table(
        'aside_post',
        sa.Column('aside_id', _Int(), autoincrement=False, nullable=False),
        sa.Column('post_id', _Int(), autoincrement=False, nullable=False),
        sa.Column('reports', _Int(), nullable=False),
        sa.Column('reporters', _Int(), nullable=False),
        sa.ForeignKeyConstraint(['aside_id'], ['aside.id'], name=op.f('fk_aside_post_aside_id')),
        sa.PrimaryKeyConstraint('aside_id', 'post_id', name=op.f('pk_aside_post')),
    )


def downgrade() -> None:
    op.drop_table('aside_post')
    for column in ('whole', 'kinds'):
        op.drop_column('aside', column)
