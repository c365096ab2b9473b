"""Reports that are filed again are counted, and uploads of many are known again by their senders' keys."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('report', sa.Column('about', _Int(), nullable=True))
    op.add_column('report', sa.Column('times', _Int(), server_default='1', nullable=False))
    op.create_table('upload',
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('sender', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_upload'))
    )
    op.create_index(op.f('ix_upload_created_at'), 'upload', ['created_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_upload_created_at'), table_name='upload')
    op.drop_table('upload')
    op.drop_column('report', 'times')
    op.drop_column('report', 'about')
