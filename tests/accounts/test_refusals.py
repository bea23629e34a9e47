"""Roles × methods: whoever lacks the permission is refused before anything is looked at, at every service method.

``METHODS`` names each method that acts; one that is missing here fails the first test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

import accounts.service
import accounts.standards
from accounts.finding_rules import STEPS
from accounts.lifecycle import ACTS
from accounts.permissions import Permission
from accounts.roles import GRANTS, Role, permissions_of
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.errors import PermissionRefusedError


@dataclass(frozen=True)
class Guarded:
    """A method that asks for a permission; ``arguments`` stand for anything, since they must not be looked at."""

    service: str
    method: str
    permission: Permission
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.service}.{self.method}"


OWN = {
    "sessions.change_password",
    "staff.deputise",
    "staff.revoke_deputation",
    "staff.record_leave",
    "staff.cancel_leave",
    "sessions.must_change_password",
    "safety.ledger",
}
"""Methods that people may use for themselves, or that show more to who may see it; tested with their services."""

METHODS: list[Guarded] = [
    Guarded("accounts", "check", Permission.CHECK),
    Guarded("standards", "install_shipped", Permission.STANDARD_INSTALL),
    Guarded("standard_drafts", "new", Permission.STANDARD_EDIT),
    Guarded("standard_drafts", "edit", Permission.STANDARD_EDIT),
    Guarded("standard_drafts", "drop", Permission.STANDARD_EDIT),
    Guarded("standard_publishing", "publish", Permission.STANDARD_PUBLISH),
    Guarded("standard_publishing", "retire", Permission.STANDARD_PUBLISH),
    Guarded("periods", "close", Permission.PERIOD_CLOSE),
    Guarded("units", "add", Permission.UNIT_EDIT),
    Guarded("units", "change", Permission.UNIT_EDIT),
    Guarded("units", "deactivate", Permission.UNIT_EDIT),
    Guarded("units", "enter_all", Permission.UNIT_EDIT),
    Guarded("staff", "add", Permission.STAFF_EDIT),
    Guarded("staff", "change", Permission.STAFF_EDIT),
    Guarded("staff", "set_password", Permission.STAFF_EDIT),
    Guarded("staff", "enter_all", Permission.STAFF_EDIT),
    *(Guarded("duty", name, Permission.DUTY_EDIT) for name in ("assign", "fill", "remove", "swap", "enter_all")),
    Guarded("duty", "open_handover", Permission.HANDOVER),
    Guarded("duty", "remind", Permission.HANDOVER),
    *(Guarded("checklists", name, Permission.HANDOVER) for name in ("tick", "sign", "close")),
    *(
        Guarded("safety", name, Permission.SAFETY_EDIT)
        for name in ("appoint", "relieve", "open_handover", "record_password_change", "rebind_phone", "report_stolen")
    ),
    *(
        Guarded("platform", name, Permission.PLATFORM)
        for name in ("set_app", "authorize_url", "authorize", "revoke", "check", "correct_budget")
    ),
    *(Guarded("impostors", name, Permission.IMPOSTOR_HANDLE) for name in ("scan", "record", "take_step")),
    *(
        Guarded("findings", "take_step", step.permission, {"step": step.name, "finding_ids": [1]})
        for step in STEPS.values()
    ),
    Guarded("findings", "remind", Permission.CHECK),
    Guarded("findings", "propose_waiver", Permission.WAIVER_PROPOSE),
    Guarded("findings", "sign_waiver", Permission.WAIVER_SIGN),
    Guarded("findings", "end_waiver", Permission.WAIVER_SIGN),
    Guarded("lifecycle", "apply_opening", Permission.ACCOUNT_APPLY),
    Guarded("lifecycle", "register", Permission.REGISTER_EDIT),
    Guarded("lifecycle", "enter_all", Permission.REGISTER_EDIT),
    *(
        Guarded("lifecycle", "act", act.permission, {"name": act.name})
        for act in ACTS.values()
        if act.name != "申请开设"
    ),
    Guarded("directory", "file_certification", Permission.CERTIFICATION_EDIT),
    Guarded("directory", "review_certification", Permission.CERTIFICATION_EDIT),
    Guarded("directory", "compare", Permission.REGISTER_EDIT),
]
ASKS_THROUGH_ANOTHER = {"staff.grant_role", "staff.revoke_role"}
"""Methods that do nothing but call a guarded one."""


def _services(app: Any) -> dict[str, Any]:
    """Every service of the accounts package on the application, by attribute."""
    classes = tuple(
        value
        for package in (accounts.service, accounts.standards)
        for value in vars(package).values()
        if inspect.isclass(value) and value.__name__.endswith("Service")
    )
    return {name: value for name, value in vars(app).items() if isinstance(value, classes)}


def _acting(service: Any) -> dict[str, Callable[..., Any]]:
    return {
        name: method
        for name, method in inspect.getmembers(service, inspect.ismethod)
        if not name.startswith("_") and "actor" in inspect.signature(method).parameters
    }


def test_every_service_is_on_the_application_and_every_acting_method_is_listed(app: Any) -> None:
    services = _services(app)
    named = {
        value
        for package in (accounts.service, accounts.standards)
        for value in vars(package).values()
        if inspect.isclass(value) and value.__name__.endswith("Service")
    }
    assert {type(service) for service in services.values()} == named
    found = {f"{name}.{method}" for name, service in services.items() for method in _acting(service)}
    assert found == {guarded.key for guarded in METHODS} | OWN | ASKS_THROUGH_ANOTHER


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("outsourced", [False, True], ids=["own", "outsourced"])
def test_who_lacks_the_permission_is_refused_and_nothing_else(app: Any, role: Role, outsourced: bool) -> None:
    actor = Actor("someone", "某人", permissions_of([role], outsourced=outsourced))
    for guarded in METHODS:
        method = getattr(getattr(app, guarded.service), guarded.method)
        arguments = _arguments(method, guarded)
        if guarded.permission in actor.permissions:
            with _whatever():
                method(actor, **arguments)
            continue
        if guarded.key == "standards.install_shipped":
            continue  # refused only when something must be installed: see test_standards
        with pytest.raises(PermissionRefusedError, match=guarded.permission.label):
            method(actor, **arguments)


@pytest.mark.parametrize("guarded", METHODS, ids=lambda guarded: guarded.key)
def test_somebody_holds_it(guarded: Guarded) -> None:
    assert any(guarded.permission in held for held in GRANTS.values())


def _arguments(method: Callable[..., Any], guarded: Guarded) -> dict[str, Any]:
    """Something for every argument that has no default."""
    given = {
        name: _Anything()
        for name, parameter in inspect.signature(method).parameters.items()
        if name != "actor"
        and parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    return given | guarded.arguments


class _Anything(str):
    """A text that also has every attribute, for a subject that a refusal may name."""

    __slots__ = ()

    def __new__(cls) -> _Anything:
        return super().__new__(cls, "某物")

    def __getattr__(self, name: str) -> str:
        return "某物"


class _whatever:
    """Accept any outcome but a refusal for want of permission."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        return kind is not None and not isinstance(error, PermissionRefusedError) and issubclass(kind, Exception)
