"""Bring a database to the newest schema with the migrations that ship inside the wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import EnvironmentFault

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = "weibo_ops:migrations"


def current_revision(session: Session) -> str | None:
    """Return the revision that the database stands at; None for an empty database."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(db: Database, head: str) -> bool:
    """Upgrade the database to ``head`` in one transaction; return whether anything had to be done.

    Raises:
        EnvironmentFault: the database was made by a newer version of the program.
    """
    with db.reading() as session:
        if current_revision(session) == head:
            return False
    from alembic import command
    from alembic.script import ScriptDirectory

    with db.migrating() as session:
        advisory_lock(session, "migrations")
        revision = current_revision(session)
        if revision == head:
            return False
        config = alembic_config(session)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if revision is not None and revision not in known:
            raise EnvironmentFault(
                f"数据库版本({revision})比本程序新,未作任何改动。", next_step="请安装最新版 weibo-ops 后再打开。"
            )
        command.upgrade(config, head)
    return True


def alembic_config(session: Session) -> Config:
    """Return an alembic configuration bound to the session's connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = session.connection()
    return config
