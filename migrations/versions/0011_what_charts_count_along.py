"""Charts count along these: when reports came, when cases were opened and closed, which were closed and reopened."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'

ENDS = sa.text("kind IN ('case.closed', 'case.reopened')")


def upgrade() -> None:
    # Reports lie in the order they came: on PostgreSQL a few words for each stretch of the table are enough, and cost
    # whoever files one next to nothing.
    op.create_index(
        'ix_report_created_at',
        'report',
        ['created_at'],
        postgresql_using='brin',
        postgresql_with={'pages_per_range': 32, 'autosummarize': 'on'},
    )
    op.create_index('ix_cases_opened_at', 'cases', ['opened_at'])
    op.create_index('ix_cases_closed_at', 'cases', ['closed_at'])
    # A few events among millions, so that only they are walked along.
    op.create_index('ix_event_ends', 'event', ['at', 'kind', 'subject'], postgresql_where=ENDS, sqlite_where=ENDS)


def downgrade() -> None:
    op.drop_index('ix_event_ends', table_name='event')
    op.drop_index('ix_cases_closed_at', table_name='cases')
    op.drop_index('ix_cases_opened_at', table_name='cases')
    op.drop_index('ix_report_created_at', table_name='report')
