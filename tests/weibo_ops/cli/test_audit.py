"""``audit verify``: a chain that holds is exit code 0, one that was touched is 1 with the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.weibo_ops.cli.terminal import run
from weibo_ops.kernel.db import Database


def test_a_chain_that_holds(city: Path) -> None:
    (report,) = run("audit", "verify", "--format", "json", home=city).json
    assert report["broken_at"] is None
    assert report["entries"] >= 5
    assert run("audit", "verify", "--format", "csv", home=city).csv == [
        {"entries": str(report["entries"]), "broken_at": ""}
    ]
    done = run("audit", "verify", home=city)
    assert (done.code, done.out) == (0, f"审计链完整,共 {report['entries']} 条。\n")


@pytest.mark.parametrize("entry", [1, 2, 3])
def test_tampering_with_any_entry_breaks_it_there(tmp_path: Path, entry: int) -> None:
    home = tmp_path / "home"
    for folder in ("a", "b"):
        from tests import exports

        exports.export(tmp_path / folder, [exports.post(1, "2026-07-01 09:00:00")], [])
        assert run("import", tmp_path / folder, home=home).code == 0
    db = Database(f"sqlite:///{home / 'weibo-ops.db'}")
    with db.writing() as session:
        session.execute(text("UPDATE audit_log SET person = person || 'x' WHERE id = :id"), {"id": entry})
    db.close()
    done = run("audit", "verify", "--format", "json", home=home)
    assert done.code == 1
    assert done.json == [{"entries": entry - 1, "broken_at": entry}]
    assert "封存" in done.err
