"""``audit verify``: a chain that holds is exit code 0, one that was touched is 1 with the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run
from weibo_ops.kernel.db import Database


def test_a_chain_that_holds(city: Path) -> None:
    titles = {"entries": "有效条数", "broken_at": "断点编号"}
    (report,) = hold_the_three_formats_together(["audit", "verify"], titles, city)
    assert report["broken_at"] is None
    assert report["entries"] >= 5
    assert run("audit", "verify", home=city).code == 0


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
