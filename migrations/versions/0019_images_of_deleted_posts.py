"""An image whose post was deleted says on which it was, so that staff see what was reported as long as it is kept."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('net_media', sa.Column('was_on', _Int(), nullable=True))
    op.create_index('ix_net_media_was_on', 'net_media', ['was_on'])


def downgrade() -> None:
    op.drop_index('ix_net_media_was_on', table_name='net_media')
    op.drop_column('net_media', 'was_on')
