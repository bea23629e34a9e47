"""Delivery: attempts, workers, series; pauses, relay tasks; what is seen of what went out.

Revision: 0005
Down revision: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_workers",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_delivery_workers")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("unit_ids", sa.Text(), nullable=False),
        sa.Column("account_ids", sa.Text(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("allowed", sa.Text(), nullable=False),
        sa.Column("clearer", sa.String(length=100), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.String(length=100), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=100), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=100), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_pauses_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index("ix_pauses_open", ["ended_at", "from_at"], unique=False)

    op.create_table(
        "duty_presences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_duty_presences_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_presences")),
    )
    with op.batch_alter_table("duty_presences", schema=None) as batch_op:
        batch_op.create_index("ix_duty_presences_unit", ["unit_id", "until_at"], unique=False)

    op.create_table(
        "relay_tasks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("shared_text", sa.Text(), nullable=False),
        sa.Column("source_link", sa.String(length=300), nullable=False),
        sa.Column("content_class", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_by", sa.String(length=100), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=100), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_relay_tasks_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_tasks")),
    )
    with op.batch_alter_table("relay_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_relay_tasks_open", ["closed_at", "due_at"], unique=False)

    op.create_table(
        "post_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_post_series_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_series")),
    )
    with op.batch_alter_table("post_series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_series_account_id"), ["account_id"], unique=False)

    op.create_table(
        "reconcile_marks",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("observed_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_reconcile_marks_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reconcile_marks")),
    )
    op.create_table(
        "unclaimed_posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("observed_post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_by", sa.String(length=100), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=100), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("signer", sa.String(length=100), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=100), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checklist_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_unclaimed_posts_account_id")),
        sa.ForeignKeyConstraint(
            ["observed_post_id"], ["observed_posts.id"], name=op.f("fk_unclaimed_posts_observed_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unclaimed_posts")),
        sa.UniqueConstraint("observed_post_id", name=op.f("uq_unclaimed_posts_observed_post_id")),
    )
    with op.batch_alter_table("unclaimed_posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unclaimed_posts_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_unclaimed_posts_state", ["state", "found_at"], unique=False)

    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("anchor", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("error_class", sa.String(length=30), nullable=False),
        sa.Column("error_code", sa.String(length=20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("platform_id", sa.String(length=32), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_delivery_attempts_account_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_delivery_attempts_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempts")),
        sa.UniqueConstraint("post_id", "number", name=op.f("uq_delivery_attempts_post_id_number")),
    )
    with op.batch_alter_table("delivery_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_attempts_account", ["account_id", "started_at"], unique=False)
        batch_op.create_index("ix_delivery_attempts_started", ["started_at"], unique=False)

    op.create_table(
        "pause_clearances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=100), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["pause_id"], ["pauses.id"], name=op.f("fk_pause_clearances_pause_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_pause_clearances_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause_clearances")),
        sa.UniqueConstraint(
            "pause_id", "post_id", "fingerprint", name=op.f("uq_pause_clearances_pause_id_post_id_fingerprint")
        ),
    )
    op.create_table(
        "published_views",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform_id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_text", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vanished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_published_views_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_published_views")),
    )
    with op.batch_alter_table("published_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_views_platform_id"), ["platform_id"], unique=False)

    op.create_table(
        "relay_targets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("platform_id", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=100), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_relay_targets_account_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_relay_targets_post_id")),
        sa.ForeignKeyConstraint(["task_id"], ["relay_tasks.id"], name=op.f("fk_relay_targets_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_targets")),
        sa.UniqueConstraint("task_id", "account_id", name=op.f("uq_relay_targets_task_id_account_id")),
    )
    with op.batch_alter_table("relay_targets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relay_targets_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relay_targets_post_id"), ["post_id"], unique=False)

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("scheduled_by", sa.String(length=100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("send_after", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("accepted", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("lease_owner", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("lease_token", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("pause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("platform_id", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("link", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("receipt_checked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_posts_due", ["state", "scheduled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_series_id"), ["series_id"], unique=False)
        batch_op.create_index(
            "uq_posts_platform_id",
            ["platform_id"],
            unique=True,
            sqlite_where=sa.text("platform_id <> ''"),
            postgresql_where=sa.text("platform_id <> ''"),
        )
        batch_op.create_foreign_key(batch_op.f("fk_posts_pause_id"), "pauses", ["pause_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_posts_series_id"), "post_series", ["series_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_posts_pause_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_posts_series_id"), type_="foreignkey")
        batch_op.drop_index(
            "uq_posts_platform_id",
            sqlite_where=sa.text("platform_id <> ''"),
            postgresql_where=sa.text("platform_id <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_posts_series_id"))
        batch_op.drop_index("ix_posts_due")
        batch_op.drop_column("published_at")
        batch_op.drop_column("receipt_checked")
        batch_op.drop_column("link")
        batch_op.drop_column("platform_id")
        batch_op.drop_column("series_id")
        batch_op.drop_column("pause_id")
        batch_op.drop_column("reason")
        batch_op.drop_column("lease_until")
        batch_op.drop_column("lease_token")
        batch_op.drop_column("lease_owner")
        batch_op.drop_column("accepted")
        batch_op.drop_column("send_after")
        batch_op.drop_column("scheduled_by")
        batch_op.drop_column("scheduled_at")

    with op.batch_alter_table("relay_targets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relay_targets_post_id"))
        batch_op.drop_index(batch_op.f("ix_relay_targets_account_id"))

    op.drop_table("relay_targets")
    with op.batch_alter_table("published_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_views_platform_id"))

    op.drop_table("published_views")
    op.drop_table("pause_clearances")
    with op.batch_alter_table("delivery_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_attempts_started")
        batch_op.drop_index("ix_delivery_attempts_account")

    op.drop_table("delivery_attempts")
    with op.batch_alter_table("unclaimed_posts", schema=None) as batch_op:
        batch_op.drop_index("ix_unclaimed_posts_state")
        batch_op.drop_index(batch_op.f("ix_unclaimed_posts_account_id"))

    op.drop_table("unclaimed_posts")
    op.drop_table("reconcile_marks")
    with op.batch_alter_table("post_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_series_account_id"))

    op.drop_table("post_series")
    with op.batch_alter_table("relay_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_relay_tasks_open")

    op.drop_table("relay_tasks")
    with op.batch_alter_table("duty_presences", schema=None) as batch_op:
        batch_op.drop_index("ix_duty_presences_unit")

    op.drop_table("duty_presences")
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.drop_index("ix_pauses_open")

    op.drop_table("pauses")
    op.drop_table("delivery_workers")
