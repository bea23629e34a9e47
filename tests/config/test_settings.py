"""Settings: command line over environment over file over defaults; a slip is refused by its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from config.settings import FILE, load_settings
from weibo_ops.kernel.errors import UsageError


def test_defaults_lie_in_the_home(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.home == tmp_path
    assert settings.db_url == f"sqlite:///{tmp_path / 'weibo-ops.db'}"
    assert settings.log_level == "INFO"


def test_what_goes_before_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIBO_OPS_HOME", str(tmp_path))
    (tmp_path / FILE).write_text('db_url = "sqlite:///file.db"\nlog_level = "DEBUG"\n', encoding="utf-8-sig")
    assert load_settings().db_url == "sqlite:///file.db"
    assert load_settings().log_level == "DEBUG"
    monkeypatch.setenv("WEIBO_OPS_DB", "sqlite:///environment.db")
    assert load_settings().db_url == "sqlite:///environment.db"
    assert load_settings(db="sqlite:///option.db").db_url == "sqlite:///option.db"
    assert load_settings(tmp_path / "other").home == tmp_path / "other"


def test_a_home_is_absolute_wherever_the_program_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("x")).home == tmp_path / "x"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(Path("~/y")).home == tmp_path / "y"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('log_levl = "INFO"', "是否为“log_level”"),
        ("qqqqqqqq = 1", "可用的键"),
        ('home = "x"', "未知的键“home”"),
        ('log_level = "LOUD"', "“log_level”的值不合要求"),
        ("ascii_glyphs = 3", "“ascii_glyphs”的值不合要求"),
        ("= 3", "无法读取"),
    ],
)
def test_a_slip_is_refused_by_its_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refusal:
        load_settings(tmp_path)
    assert words in str(refusal.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="无法读取"):
        load_settings(tmp_path)


@pytest.mark.parametrize("name", ["h y", "h%20y", "h?q=1", "中 文#1", "a&b=c;d", "p%25"])
def test_the_database_lies_in_the_home_whatever_its_name(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    assert make_url(load_settings(home).db_url).database == str(home / "weibo-ops.db")
