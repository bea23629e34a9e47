"""Reading in threads: services are called beside the screen, and what they say comes back as messages.

A thread touches no widget. Each kind of reading has a ticket: what an older reading brings is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from weibo_ops.kernel.errors import WeiboOpsError

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp
    from weibo_ops.bootstrap import Application

UNEXPECTED = "读取时出现意外错误({name}),已记入日志 logs/weibo-ops.log。下一步:按 r 重试;仍不成功请把日志交给维护人员。"


class Read(Message):
    """A reading is done: what it gave."""

    def __init__(self, kind: str, ticket: int, value: Any) -> None:
        super().__init__()
        self.kind = kind
        self.ticket = ticket
        self.value = value


class ReadFailed(Message):
    """A reading was refused or failed: the sentence that says so."""

    def __init__(self, kind: str, ticket: int, sentence: str) -> None:
        super().__init__()
        self.kind = kind
        self.ticket = ticket
        self.sentence = sentence


class ReadingScreen(Screen[Any]):
    """A screen that reads from services in threads and gets the answers as `took` and `refused`."""

    UNEXPECTED: ClassVar[str] = UNEXPECTED
    """What is said of a fault that nobody foresaw, with its ``name``."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._tickets: Counter[str] = Counter()

    @property
    def services(self) -> Application:
        """The headless application that this one shows."""
        return cast("WeiboOpsApp", self.app).services

    def read(self, kind: str, call: Callable[[], object]) -> None:
        """Call a service in a thread; a reading of the same kind that is still under way is forgotten."""
        self.forget(kind)
        self.run_worker(
            partial(self._in_thread, self.services, kind, self._tickets[kind], call),
            group=kind,
            thread=True,
            exclusive=True,
            exit_on_error=False,
        )

    def forget(self, kind: str) -> None:
        """Drop whatever a reading of this kind that is under way will bring."""
        self._tickets[kind] += 1

    def took(self, kind: str, value: Any) -> None:
        """Show what a reading gave. On the screen's own thread."""

    def refused(self, kind: str, sentence: str) -> None:
        """Show why a reading gave nothing. On the screen's own thread."""

    def _in_thread(self, services: Application, kind: str, ticket: int, call: Callable[[], object]) -> None:
        if get_current_worker().is_cancelled:
            return
        try:
            value = call()
        except WeiboOpsError as error:
            self.post_message(ReadFailed(kind, ticket, str(error)))
        except Exception as fault:
            services.log.exception("reading failed", kind=kind)
            self.post_message(ReadFailed(kind, ticket, self.UNEXPECTED.format(name=type(fault).__name__)))
        else:
            self.post_message(Read(kind, ticket, value))

    def on_read(self, message: Read) -> None:
        """Hand over what the newest reading of its kind gave."""
        message.stop()
        if message.ticket == self._tickets[message.kind]:
            self.took(message.kind, message.value)

    def on_read_failed(self, message: ReadFailed) -> None:
        """Hand over why the newest reading of its kind gave nothing."""
        message.stop()
        if message.ticket == self._tickets[message.kind]:
            self.refused(message.kind, message.sentence)
