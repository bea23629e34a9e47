"""Settings: command line over environment over ``settings.toml`` in the home over defaults."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from weibo_ops.kernel.errors import UsageError

FILE = "settings.toml"


class Settings(BaseModel):
    """Everything that an installation may set.

    Attributes:
        home: folder of database, log, reports and settings file.
        db_url: ``sqlite:///…`` or ``postgresql+psycopg://…``.
        log_level: DEBUG, INFO, WARNING or ERROR.
        font: a Chinese font file for charts and PDF; None takes the one that ships with the charting package.
        theme: name of the screens' theme; None takes the default.
        ascii_glyphs: draw screens without symbols of ambiguous width.
        monthly_title: title of the monthly report.
        session_hours: how long a sign-in holds, 1 to 24 hours.
        platform_url: base address of the platform's interface; https, or http on this machine (the sandbox).
        platform_timeout: seconds to wait for the platform at each step of a call, 1 to 120.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    db_url: str
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    font: Path | None = None
    theme: str | None = None
    ascii_glyphs: bool = False
    monthly_title: str = "政务微博运行情况月报"
    session_hours: int = Field(default=12, ge=1, le=24)
    platform_url: str = "https://api.weibo.com"
    platform_timeout: float = Field(default=10.0, ge=1, le=120)


def load_settings(home: Path | None = None, db: str | None = None) -> Settings:
    """Collect the settings.

    Args:
        home: folder given on the command line; else ``WEIBO_OPS_HOME``, else the user's data folder.
        db: URL given on the command line; else ``WEIBO_OPS_DB``, else the settings file, else SQLite in the home.

    Raises:
        UsageError: the settings file is unreadable or names an unknown key (the nearest one is offered).
    """
    folder = home or Path(os.environ.get("WEIBO_OPS_HOME") or user_data_path("weibo-ops"))
    folder = folder.expanduser().absolute()
    values = _file_values(folder / FILE)
    own = f"sqlite:///{quote(str(folder / 'weibo-ops.db'))}"
    values["db_url"] = db or os.environ.get("WEIBO_OPS_DB") or values.get("db_url") or own
    try:
        return Settings(home=folder, **values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{FILE}:“{key}”的值不合要求。", next_step="请对照用户手册“设置”一页改正。") from None


def _file_values(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise UsageError(f"设置文件“{path.name}”无法读取。", next_step="请检查其是否为 UTF-8 编码的 TOML。") from None
    known = [name for name in Settings.model_fields if name != "home"]
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"是否为“{close[0]}”?" if close else f"可用的键:{'、'.join(known)}。"
            raise UsageError(f"{FILE}:未知的键“{key[:40]}”。", next_step=hint)
    return values
