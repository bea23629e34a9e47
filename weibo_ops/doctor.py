"""Looking whether everything is well: the home, the database, the clock, the audit chain, delivery, authorisations.

Health of delivery is the age of the oldest overdue item: a program that runs and does nothing is not well.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from weibo_ops.kernel import audit
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.disks import shared_folder

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

LEAST_FREE = 200 * 1024 * 1024
AHEAD = timedelta(minutes=2)
UNUSABLE = frozenset({"已到期", "不可用"})
WELL, ILL = "正常", "有问题"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is well, and what was seen, with the next step where it is not."""

    name: str
    well: bool
    detail: str

    @property
    def state(self) -> str:
        """The state in a word."""
        return WELL if self.well else ILL


class Doctor:
    """Looks at one application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def checks(self) -> list[Check]:
        """Look at everything; nothing is changed."""
        return [*self._home(), self._clock(), self._chain(), *self._delivery(), *self._authorisations()]

    def _home(self) -> Iterator[Check]:
        home = self._app.settings.home
        if self._app.db.dialect == "sqlite":
            shared = shared_folder(home, self._app.db.url.database)
            detail = "在本机磁盘上" if shared is None else f"{shared}在网络共享上,数据库可能损坏:请移到本机磁盘"
            yield Check("工作目录", shared is None, detail)
        free = shutil.disk_usage(home).free
        short = free < LEAST_FREE
        yield Check("磁盘空间", not short, f"剩余{free // 2**20} MB{',请清理磁盘' if short else ''}")

    def _clock(self) -> Check:
        now = self._app.clock.now()
        with self._app.db.reading() as session:
            last = audit.last_at(session)
        behind = last is not None and now < last - AHEAD
        detail = f"现在{format_beijing(now)}"
        if behind:
            detail += f",早于最近一次操作({format_beijing(last)}):请校准系统时间"
        return Check("系统时间", not behind, detail)

    def _chain(self) -> Check:
        with self._app.db.reading() as session:
            report = audit.verify(session)
        if report.broken_at is None:
            return Check("操作日志", True, f"{report.entries}条,链条完整")
        return Check("操作日志", False, f"第{report.broken_at}条起与链条不符:请保全数据库并报告")

    def _delivery(self) -> Iterator[Check]:
        health = self._app.delivery_board.health()
        oldest = "无逾期事项" if health.oldest_minutes is None else f"最久一项已逾期{health.oldest_minutes}分钟"
        detail = ";".join([oldest, *health.problems])
        yield Check("发布", not health.problems, detail)
        if health.uncertain or health.owed:
            yield Check("待核实", True, f"结果待核实{health.uncertain}件,待登记回执{health.owed}件")

    def _authorisations(self) -> Iterator[Check]:
        rows = [row for row in self._app.platform.statuses() if row.authorised_at is not None]
        if not rows:
            return
        bad = [row for row in rows if row.state in UNUSABLE]
        names = "、".join(row.account for row in bad[:5])
        detail = f"{len(rows)}个账号已授权" if not bad else f"{names}的授权不能使用:weibo-ops platform status"
        yield Check("账号授权", not bad, detail)
