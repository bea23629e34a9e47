"""``weibo-ops report``: paths on stdout, the format from the ending, refusals before any work."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests import exports
from weibo_ops.cli import app as cli
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError, UsageError


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(cli, list(arguments))
    if result.exception is not None:
        raise result.exception
    return result.stdout


@pytest.fixture
def home(tmp_path: Path) -> str:
    """A home with a small import."""
    comments = [exports.comment(1, 1, "2026-07-02 10:00:00", "云上一叶舟", "请问在哪办理居住证")]
    folder = exports.export(tmp_path / "export", [exports.post(1, "2026-07-01 09:00:00")], comments)
    home = str(tmp_path / "home")
    invoke("--home", home, "import", str(folder))
    return home


def test_both_formats_are_written_into_the_home_and_named_on_stdout(home: str) -> None:
    out = invoke("--home", home, "report", "monthly", "--period", "2026-07")
    paths = [Path(home) / "reports" / f"运行情况月报-2026-07.{suffix}" for suffix in ("html", "docx")]
    assert out.splitlines() == [str(path) for path in paths]
    assert all(path.stat().st_size > 10_000 for path in paths)


def test_every_place_given_is_written_in_its_own_format(home: str, tmp_path: Path) -> None:
    places = [tmp_path / "新" / f"月报{suffix}" for suffix in (".md", ".txt", ".csv")]
    invoke("--home", home, "report", "monthly", "--period", "2026Q3", *(f"--out={place}" for place in places))
    starts = [place.read_text("utf-8-sig")[:4] for place in places]
    assert starts == ["**内部", "【内部工", "表1 账"]


def test_an_unknown_ending_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(UsageError, match=r"\.html、\.docx"):
        invoke("--home", str(home), "report", "monthly", "--period", "2026Q3", "--out", "月报.ofd")
    assert not home.exists()


def test_without_data_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="请先运行 weibo-ops import"):
        invoke("--home", str(tmp_path / "home"), "report", "monthly", "--period", "2026Q3")


def test_a_place_that_cannot_be_written_is_an_environment_fault(home: str, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    place = tmp_path / "blocked" / "月报.md"
    with pytest.raises(EnvironmentFault, match="无法写入"):
        invoke("--home", home, "report", "monthly", "--period", "2026Q3", "--out", str(place))


def test_the_configured_title_and_font_are_used(home: str, tmp_path: Path) -> None:
    (Path(home) / "settings.toml").write_text('monthly_title = "云麓市月报"\nfont = "missing.ttf"\n', encoding="utf-8")
    place = tmp_path / "月报.md"
    invoke("--home", home, "report", "monthly", "--period", "2026Q3", "--out", str(place))
    assert "# 云麓市月报" in place.read_text("utf-8")
    with pytest.raises(EnvironmentFault, match=r"字体文件“missing\.ttf”无法使用"):
        invoke("--home", home, "report", "monthly", "--period", "2026Q3", "--out", str(tmp_path / "月报.html"))
