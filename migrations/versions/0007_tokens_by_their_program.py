"""Tokens are found by their program: of too many the oldest end, and a program nobody has a token of is swept away."""

from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_index(op.f('ix_net_token_app_id'), 'net_token', ['app_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_net_token_app_id'), table_name='net_token')
