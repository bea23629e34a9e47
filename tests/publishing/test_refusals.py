"""Roles × methods: whoever lacks the permission is refused before anything is looked at, at every method that acts.

``METHODS`` names each one; one that is missing here fails the first test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import publishing.service
from accounts.permissions import Permission as P
from accounts.roles import GRANTS, SIGNING, Role, permissions_of
from tests.publishing.newsroom import Newsroom
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import PermissionRefusedError


@dataclass(frozen=True)
class Guarded:
    """A method that asks for one of some permissions; what is missing of its arguments must not be looked at."""

    service: str
    method: str
    any_of: tuple[P, ...]
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.service}.{self.method}"


DESK = (P.POST_DRAFT, P.POST_REVIEW)
NAMES = {
    "CalendarService": "calendar",
    "DeliveryBoardService": "delivery_board",
    "DeliveryService": "delivery",
    "DraftService": "posts",
    "ReviewService": "reviews",
    "SignOffService": "sign_offs",
    "TemplateService": "templates",
    "PauseService": "pauses",
    "RelayService": "relays",
    "ReceiptService": "receipts",
    "ReconcileService": "reconcile",
    "RecheckService": "rechecks",
    "PublishingService": "publishing",
    "StaffingService": "staffing",
    "WordListService": "word_lists",
}
READING = {
    "calendar.view",
    "delivery_board.board",
    "pauses.queue",
    "posts.rows",
    "posts.show",
    "rechecks.recheck_one",
    "relays.progress",
    "reviews.queue",
}
"""Methods with an actor that only read, or that the services call themselves before they act."""

METHODS = [
    Guarded("publishing", "scan", (P.SCAN,)),
    Guarded("publishing", "rescan", (P.SCAN,)),
    *(Guarded("rechecks", name, (P.SCAN,)) for name in ("recheck", "recheck_due")),
    *(Guarded("posts", name, (P.POST_DRAFT,)) for name in ("new", "edit", "import_rows")),
    Guarded("posts", "attach", (P.POST_DRAFT,), {"path": Path("a.jpg")}),
    *(Guarded("posts", name, DESK) for name in ("check", "waive")),
    *(Guarded("reviews", name, (P.POST_DRAFT,)) for name in ("submit", "preview", "withdraw")),
    Guarded("reviews", "verdict", (P.POST_REVIEW,)),
    *(Guarded("reviews", name, DESK) for name in ("proof", "remark", "settle_remark")),
    Guarded("reviews", "reassign", (P.POST_ARRANGE,)),
    Guarded("reviews", "remind", (P.CHECK, P.POST_REVIEW)),
    Guarded("sign_offs", "sheet", DESK),
    *(Guarded("sign_offs", n, (P.POST_RECORD,)) for n in ("paper", "check_paper", "telephone", "settle_on_paper")),
    *(Guarded("sign_offs", name, (P.POST_REVIEW,)) for name in ("settle", "refuse")),
    *(Guarded("templates", name, (P.TEMPLATE_EDIT,)) for name in ("add", "edit", "retire")),
    Guarded("templates", "approve", (P.POST_REVIEW,)),
    Guarded("word_lists", "import_rows", (P.STANDARD_EDIT,)),
    *(Guarded("receipts", name, (P.POST_SEND,)) for name in ("to_copy", "receipt", "give_back")),
    Guarded("receipts", "not_posted", (P.POST_SETTLE,)),
    *(Guarded("reconcile", name, (P.CHECK, P.POST_SETTLE)) for name in ("watch", "reconcile")),
    *(Guarded("reconcile", name, (P.POST_CLAIM,)) for name in ("claim", "check_claim")),
    Guarded("reconcile", "exclude", (P.POST_SETTLE,)),
    Guarded("reconcile", "confirm_breakin", (P.SAFETY_EDIT,)),
    Guarded("reconcile", "delete", (P.POST_DELETE,)),
    *(Guarded("pauses", name, (P.PAUSE,)) for name in ("preview", "start", "end")),
    Guarded("pauses", "clear", (P.PAUSE_CLEAR,)),
    Guarded("pauses", "tick", (P.DELIVER,)),
    *(Guarded("relays", name, (P.RELAY,)) for name in ("issue", "excuse", "close")),
    *(Guarded("relays", name, (P.POST_DRAFT,)) for name in ("join", "bind")),
    Guarded("relays", "receipt", (P.POST_SEND,)),
    Guarded("relays", "remind", (P.RELAY, P.DELIVER)),
    *(Guarded("calendar", n, (P.POST_SEND,)) for n in ("schedule", "resume", "unschedule", "hold")),
    *(Guarded("calendar", name, (P.POST_DRAFT,)) for name in ("repeat", "end_series")),
    *(Guarded("delivery", name, (P.DELIVER,)) for name in ("tick", "stop")),
    Guarded("delivery", "settle", (P.POST_SETTLE,), {"reason": "x"}),
    Guarded("delivery", "accept_clock", (P.POST_SETTLE,), {"reason": "x"}),
    Guarded("delivery", "present", (P.POST_SEND,)),
]


class Untouchable:
    """An argument that fails the test when anything is asked of it but its words."""

    def __getattr__(self, name: str) -> Any:
        return ""

    def __str__(self) -> str:
        return "x"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Any:
    newsroom = Newsroom(tmp_path_factory.mktemp("newsroom"))
    yield newsroom
    newsroom.app.close()


def acting() -> set[str]:
    found = set()
    for name in publishing.service.__all__:
        service = getattr(publishing.service, name)
        for method, function in inspect.getmembers(service, inspect.isfunction):
            if not method.startswith("_") and "actor" in inspect.signature(function).parameters:
                found.add(f"{NAMES[name]}.{method}")
    return found


def test_every_method_that_acts_is_listed() -> None:
    assert acting() - READING == {each.key for each in METHODS}


def call(room: Newsroom, each: Guarded, actor: Actor) -> Any:
    method: Callable[..., Any] = getattr(getattr(room.app, each.service), each.method)
    needed = {
        name: each.arguments.get(name, Untouchable())
        for name, parameter in inspect.signature(method).parameters.items()
        if name != "actor" and parameter.default is inspect.Parameter.empty
    }
    return method(actor, **needed)


@pytest.mark.parametrize("role", list(Role), ids=[role.name for role in Role])
@pytest.mark.parametrize("each", METHODS, ids=[each.key for each in METHODS])
def test_a_role_without_the_permission_is_refused(room: Newsroom, each: Guarded, role: Role) -> None:
    held = permissions_of([role])
    if any(permission in held for permission in each.any_of):
        return
    with pytest.raises(PermissionRefusedError, match="没有"):
        call(room, each, Actor("somebody", "某人", held, 1))


@pytest.mark.parametrize("each", METHODS, ids=[each.key for each in METHODS])
def test_the_visitor_is_refused(room: Newsroom, each: Guarded) -> None:
    with pytest.raises(PermissionRefusedError):
        call(room, each, Actor("", "未登录"))


@pytest.mark.parametrize("role", list(Role), ids=[role.name for role in Role])
def test_outsourced_writers_hold_nothing_that_signs(role: Role) -> None:
    assert not permissions_of([role], outsourced=True) & SIGNING
    assert {P.POST_REVIEW, P.POST_WAIVE, P.POST_ARRANGE} <= SIGNING


def test_who_may_sign_and_who_may_not() -> None:
    signing = {role for role, held in GRANTS.items() if P.POST_REVIEW in held}
    assert signing == {Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.FINAL_REVIEWER}
