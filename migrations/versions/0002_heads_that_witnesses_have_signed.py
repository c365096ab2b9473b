"""Heads that witnesses have signed."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('cosigned',
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('cosigned_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('renewed_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('renewed_at >= cosigned_at', name=op.f('ck_cosigned_order')),
    sa.PrimaryKeyConstraint('size', name=op.f('pk_cosigned'))
    )
    op.create_index('ix_cosigned_renewed_at', 'cosigned', ['renewed_at'], unique=False)


def downgrade() -> None:
    op.drop_table('cosigned')
