"""Conversations that members mute; codes that are kept while they could be shown again; programs nobody ever let in."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'

#: An answer is newer than what it answers, so the first word of a conversation has the smallest number.
BACKFILL = (
    "UPDATE net_post SET thread_id = COALESCE((WITH RECURSIVE up(id, parent) AS ("
    "SELECT p.id, p.reply_to_id FROM net_post p WHERE p.id = net_post.reply_to_id "
    "UNION ALL SELECT p.id, p.reply_to_id FROM net_post p JOIN up ON p.id = up.parent) "
    "SELECT MIN(COALESCE(parent, id)) FROM up), reply_to_id) WHERE reply_to_id IS NOT NULL"
)

#: What is said between few was counted where everybody may look.
RECOUNT = (
    "UPDATE net_account SET posts = posts - "
    "(SELECT COUNT(*) FROM net_post p WHERE p.account_id = net_account.id AND p.visibility = 'direct')"
)


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('net_muted_thread',
    sa.Column('account_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('thread_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_muted_thread_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'thread_id', name=op.f('pk_net_muted_thread'))
    )
    op.add_column('net_post', sa.Column('thread_id', _Int(), nullable=True))
    op.add_column('net_code', sa.Column('token_id', _Int(), nullable=True))
    op.add_column('net_app', sa.Column('used_at', _Int(), nullable=True))
    op.create_index(op.f('ix_net_posted_once_created_at'), 'net_posted_once', ['created_at'], unique=False)
    op.create_index('ix_net_app_unused', 'net_app', ['created_at'], unique=False, sqlite_where=sa.text('used_at IS NULL'), postgresql_where=sa.text('used_at IS NULL'))
    # Whatever was registered before may have been let in and out again: it stays.
    op.execute("UPDATE net_app SET used_at = created_at")
    op.execute(BACKFILL)
    op.execute(RECOUNT)


def downgrade() -> None:
    op.drop_index(op.f('ix_net_posted_once_created_at'), table_name='net_posted_once')
    op.drop_index('ix_net_app_unused', table_name='net_app', sqlite_where=sa.text('used_at IS NULL'), postgresql_where=sa.text('used_at IS NULL'))
    op.drop_column('net_app', 'used_at')
    op.drop_column('net_code', 'token_id')
    op.drop_column('net_post', 'thread_id')
    op.drop_table('net_muted_thread')
