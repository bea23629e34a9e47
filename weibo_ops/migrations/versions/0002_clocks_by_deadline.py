"""Find the clocks that fall due, without reading every one.

Revision: 0002
Down revision: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_response_clocks_deadline", "response_clocks", ["due", "deadline_at"])


def downgrade() -> None:
    op.drop_index("ix_response_clocks_deadline", "response_clocks")
