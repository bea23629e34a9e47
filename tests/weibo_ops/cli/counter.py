"""The newsroom before the stand-in for the platform, at the command line: the worker too is run by command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from tests.publishing.delivery.desk import DeliveryDesk
from tests.weibo_ops.cli.desk import Desk
from weibo_ops.bootstrap import Application


class Counter(DeliveryDesk, Desk):
    """Posts that go out by ``weibo-ops worker --once``, all on the newsroom's clock."""

    @contextmanager
    def seated(self, login: str) -> Iterator[None]:
        """Have somebody signed in, at the newsroom's time, with the stand-in at the other end of the wire."""

        real = Application.open

        def opened(*given: Any, **more: Any) -> Application:
            app = real(*given, **more)
            app.platform.transport = self.wire
            return app

        with super().seated(login), mock.patch.object(Application, "open", opened):
            yield
