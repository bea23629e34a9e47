"""The page on approval is run as it stands: draft, three reviews, signed; an edit; paper and telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from weibo_ops.kernel.clock import BEIJING, SystemClock

GUIDE = ROOT / "docs" / "guide"
MONDAY = datetime(2026, 6, 15, 9, 30, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def played(folder: Path) -> Iterator[Played]:
    """The page, begun on a Monday morning; each look at the clock is a second later."""
    seconds = iter(range(10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: MONDAY + timedelta(seconds=next(seconds)))
        yield play(blocks(GUIDE / "approval.md"), folder)


def test_every_command_of_the_page_does_what_it_says(played: Played) -> None:
    assert played.code == 0, played.err
    assert played.err.count("未完成") == 0
    signed = [said for said in played.said("post") if "已签发" in said]
    assert len(signed) == 3, "once in the system, once by paper and telephone, and once more as it stands"
