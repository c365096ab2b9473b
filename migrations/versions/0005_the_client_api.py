"""What the Mastodon client API needs: apps and their tokens, visibility, answers, boosts, mentions, tags, images."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def _Int():
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('net_app',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('website', sa.Text(), nullable=True),
    sa.Column('redirect_uris', sa.Text(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_app')),
    sa.UniqueConstraint('client_id', name=op.f('uq_net_app_client_id'))
    )
    op.create_table('net_code',
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('app_id', _Int(), nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('redirect_uri', sa.Text(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('challenge', sa.Text(), nullable=True),
    sa.Column('challenge_method', sa.Text(), nullable=True),
    sa.Column('expires_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_code_account_id')),
    sa.ForeignKeyConstraint(['app_id'], ['net_app.id'], name=op.f('fk_net_code_app_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_net_code'))
    )
    op.create_table('net_marker',
    sa.Column('account_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('timeline', sa.Text(), nullable=False),
    sa.Column('last_read_id', _Int(), nullable=False),
    sa.Column('version', _Int(), nullable=False),
    sa.Column('updated_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_marker_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'timeline', name=op.f('pk_net_marker'))
    )
    op.create_table('net_media',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('post_id', _Int(), nullable=True),
    sa.Column('place', _Int(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('width', _Int(), nullable=False),
    sa.Column('height', _Int(), nullable=False),
    sa.Column('preview_width', _Int(), nullable=False),
    sa.Column('preview_height', _Int(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('focus_x', sa.Float(), nullable=False),
    sa.Column('focus_y', sa.Float(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_media_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_media'))
    )
    op.create_index(op.f('ix_net_media_account_id'), 'net_media', ['account_id'], unique=False)
    op.create_index(op.f('ix_net_media_post_id'), 'net_media', ['post_id'], unique=False)
    op.create_table('net_mute',
    sa.Column('account_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('muted_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('notifications', _Int(), nullable=False),
    sa.Column('expires_at', _Int(), nullable=True),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_mute_account_id')),
    sa.ForeignKeyConstraint(['muted_id'], ['net_account.id'], name=op.f('fk_net_mute_muted_id')),
    sa.PrimaryKeyConstraint('account_id', 'muted_id', name=op.f('pk_net_mute'))
    )
    op.create_table('net_notification',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('from_id', _Int(), nullable=False),
    sa.Column('post_id', _Int(), nullable=True),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_notification_account_id')),
    sa.ForeignKeyConstraint(['from_id'], ['net_account.id'], name=op.f('fk_net_notification_from_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_notification'))
    )
    op.create_index('ix_net_notification_account', 'net_notification', ['account_id', 'id'], unique=False)
    op.create_index('ix_net_notification_post', 'net_notification', ['post_id'], unique=False, sqlite_where=sa.text('post_id IS NOT NULL'), postgresql_where=sa.text('post_id IS NOT NULL'))
    op.create_table('net_posted_once',
    sa.Column('account_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('post_id', _Int(), nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_posted_once_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'key_hash', name=op.f('pk_net_posted_once'))
    )
    op.create_table('net_token',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('app_id', _Int(), nullable=False),
    sa.Column('account_id', _Int(), nullable=True),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('created_at', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_token_account_id')),
    sa.ForeignKeyConstraint(['app_id'], ['net_app.id'], name=op.f('fk_net_token_app_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_net_token_token_hash'))
    )
    op.create_index(op.f('ix_net_token_account_id'), 'net_token', ['account_id'], unique=False)
    op.create_table('net_bookmark',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('post_id', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_bookmark_account_id')),
    sa.ForeignKeyConstraint(['post_id'], ['net_post.id'], name=op.f('fk_net_bookmark_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_bookmark'))
    )
    op.create_index('ix_net_bookmark_account', 'net_bookmark', ['account_id', 'id'], unique=False)
    op.create_index('uq_net_bookmark_post', 'net_bookmark', ['post_id', 'account_id'], unique=True)
    op.create_table('net_favourite',
    sa.Column('id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), nullable=False),
    sa.Column('post_id', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_favourite_account_id')),
    sa.ForeignKeyConstraint(['post_id'], ['net_post.id'], name=op.f('fk_net_favourite_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_net_favourite'))
    )
    op.create_index('ix_net_favourite_account', 'net_favourite', ['account_id', 'id'], unique=False)
    op.create_index('uq_net_favourite_post', 'net_favourite', ['post_id', 'account_id'], unique=True)
    op.create_table('net_mention',
    sa.Column('post_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('account_id', _Int(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['net_account.id'], name=op.f('fk_net_mention_account_id')),
    sa.ForeignKeyConstraint(['post_id'], ['net_post.id'], name=op.f('fk_net_mention_post_id')),
    sa.PrimaryKeyConstraint('post_id', 'account_id', name=op.f('pk_net_mention'))
    )
    op.create_index('ix_net_mention_account', 'net_mention', ['account_id', 'post_id'], unique=False)
    op.create_table('net_post_version',
    sa.Column('post_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('written_at', _Int(), autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('spoiler', sa.Text(), nullable=False),
    sa.Column('sensitive', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['net_post.id'], name=op.f('fk_net_post_version_post_id')),
    sa.PrimaryKeyConstraint('post_id', 'written_at', name=op.f('pk_net_post_version'))
    )
    op.create_table('net_tag',
    sa.Column('tag', sa.Text(), nullable=False),
    sa.Column('post_id', _Int(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['net_post.id'], name=op.f('fk_net_tag_post_id')),
    sa.PrimaryKeyConstraint('tag', 'post_id', name=op.f('pk_net_tag'))
    )
    op.create_index('ix_net_tag_post', 'net_tag', ['post_id'], unique=False)
    op.create_table('session_client',
    sa.Column('client_id', _Int(), autoincrement=False, nullable=False),
    sa.Column('session_id', _Int(), nullable=False),
    sa.Column('since', _Int(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_session_client_session_id')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_session_client'))
    )
    op.create_index(op.f('ix_session_client_session_id'), 'session_client', ['session_id'], unique=False)
    op.add_column('net_account', sa.Column('fields', sa.Text(), server_default='[]', nullable=False))
    op.add_column('net_account', sa.Column('bot', _Int(), server_default='0', nullable=False))
    op.add_column('net_account', sa.Column('discoverable', _Int(), server_default='1', nullable=False))
    op.add_column('net_account', sa.Column('posts_visibility', sa.Text(), server_default='public', nullable=False))
    op.add_column('net_account', sa.Column('posts_sensitive', _Int(), server_default='0', nullable=False))
    op.add_column('net_account', sa.Column('avatar_id', _Int(), nullable=True))
    op.add_column('net_account', sa.Column('header_id', _Int(), nullable=True))
    op.add_column('net_account', sa.Column('last_post_at', _Int(), nullable=True))
    op.add_column('net_block', sa.Column('own', _Int(), server_default='0', nullable=False))
    # A column added later takes its check along only in the databases' own words; both read these alike.
    op.execute(
        "ALTER TABLE net_post ADD COLUMN visibility TEXT DEFAULT 'public' NOT NULL CONSTRAINT ck_net_post_visibility "
        "CHECK (visibility IN ('public', 'unlisted', 'private', 'direct'))"
    )
    op.add_column('net_post', sa.Column('spoiler', sa.Text(), server_default='', nullable=False))
    op.add_column('net_post', sa.Column('sensitive', _Int(), server_default='0', nullable=False))
    op.add_column('net_post', sa.Column('replies', _Int(), server_default='0', nullable=False))
    op.add_column('net_post', sa.Column('reply_to_id', _Int(), nullable=True))
    op.add_column('net_post', sa.Column('reply_to_account_id', _Int(), nullable=True))
    op.add_column('net_post', sa.Column('boost_of_id', _Int(), nullable=True))
    op.add_column('net_post', sa.Column('app_id', _Int(), nullable=True))
    op.add_column('net_post', sa.Column('edited_at', _Int(), nullable=True))
    op.add_column('net_post', sa.Column('pinned_at', _Int(), nullable=True))
    op.create_index('ix_net_post_pinned', 'net_post', ['account_id', 'pinned_at'], unique=False, sqlite_where=sa.text('pinned_at IS NOT NULL'), postgresql_where=sa.text('pinned_at IS NOT NULL'))
    op.create_index('ix_net_post_reply', 'net_post', ['reply_to_id', 'id'], unique=False, sqlite_where=sa.text('reply_to_id IS NOT NULL'), postgresql_where=sa.text('reply_to_id IS NOT NULL'))
    op.create_index('uq_net_post_boost', 'net_post', ['boost_of_id', 'account_id'], unique=True, sqlite_where=sa.text('boost_of_id IS NOT NULL'), postgresql_where=sa.text('boost_of_id IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('uq_net_post_boost', table_name='net_post', sqlite_where=sa.text('boost_of_id IS NOT NULL'), postgresql_where=sa.text('boost_of_id IS NOT NULL'))
    op.drop_index('ix_net_post_reply', table_name='net_post', sqlite_where=sa.text('reply_to_id IS NOT NULL'), postgresql_where=sa.text('reply_to_id IS NOT NULL'))
    op.drop_index('ix_net_post_pinned', table_name='net_post', sqlite_where=sa.text('pinned_at IS NOT NULL'), postgresql_where=sa.text('pinned_at IS NOT NULL'))
    op.drop_column('net_post', 'pinned_at')
    op.drop_column('net_post', 'edited_at')
    op.drop_column('net_post', 'app_id')
    op.drop_column('net_post', 'boost_of_id')
    op.drop_column('net_post', 'reply_to_account_id')
    op.drop_column('net_post', 'reply_to_id')
    op.drop_column('net_post', 'replies')
    op.drop_column('net_post', 'sensitive')
    op.drop_column('net_post', 'spoiler')
    op.drop_column('net_post', 'visibility')
    op.drop_column('net_block', 'own')
    op.drop_index(op.f('ix_session_client_session_id'), table_name='session_client')
    op.drop_table('session_client')
    op.drop_column('net_account', 'last_post_at')
    op.drop_column('net_account', 'header_id')
    op.drop_column('net_account', 'avatar_id')
    op.drop_column('net_account', 'posts_sensitive')
    op.drop_column('net_account', 'posts_visibility')
    op.drop_column('net_account', 'discoverable')
    op.drop_column('net_account', 'bot')
    op.drop_column('net_account', 'fields')
    op.drop_index('ix_net_tag_post', table_name='net_tag')
    op.drop_table('net_tag')
    op.drop_table('net_post_version')
    op.drop_index('ix_net_mention_account', table_name='net_mention')
    op.drop_table('net_mention')
    op.drop_index('uq_net_favourite_post', table_name='net_favourite')
    op.drop_index('ix_net_favourite_account', table_name='net_favourite')
    op.drop_table('net_favourite')
    op.drop_index('uq_net_bookmark_post', table_name='net_bookmark')
    op.drop_index('ix_net_bookmark_account', table_name='net_bookmark')
    op.drop_table('net_bookmark')
    op.drop_index(op.f('ix_net_token_account_id'), table_name='net_token')
    op.drop_table('net_token')
    op.drop_table('net_posted_once')
    op.drop_index('ix_net_notification_post', table_name='net_notification', sqlite_where=sa.text('post_id IS NOT NULL'), postgresql_where=sa.text('post_id IS NOT NULL'))
    op.drop_index('ix_net_notification_account', table_name='net_notification')
    op.drop_table('net_notification')
    op.drop_table('net_mute')
    op.drop_index(op.f('ix_net_media_post_id'), table_name='net_media')
    op.drop_index(op.f('ix_net_media_account_id'), table_name='net_media')
    op.drop_table('net_media')
    op.drop_table('net_marker')
    op.drop_table('net_code')
    op.drop_table('net_app')
