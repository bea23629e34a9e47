"""Who acts: a value that services check and the audit log stores; permission names live in the business packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weibo_ops.kernel.errors import PermissionRefusedError, RefusedError


@dataclass(frozen=True)
class Actor:
    """A person (or service account) at work.

    Attributes:
        person: stable login name.
        name: what people call them.
        permissions: permission names held; ``"*"`` holds all.
        unit_id: their unit, if any.
        on_behalf_of: login of the person deputised for, if any.
        service: True for the worker and other programs.
    """

    person: str
    name: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    unit_id: int | None = None
    on_behalf_of: str | None = None
    service: bool = False

    def may(self, permission: str) -> bool:
        """Say whether the actor holds a permission."""
        return "*" in self.permissions or permission in self.permissions

    @property
    def persons(self) -> frozenset[str]:
        """Who takes part in an act of this actor: the person and whoever they act for."""
        return frozenset(login for login in (self.person, self.on_behalf_of) if login)


def require(actor: Actor, permission: str, subject: str = "") -> None:
    """Refuse an act that the actor has no permission for.

    Raises:
        PermissionRefusedError: naming the permission and the subject.
    """
    if not actor.may(permission):
        target = f"({subject})" if subject else ""
        label = getattr(permission, "label", permission)
        raise PermissionRefusedError(
            f"{actor.name}没有“{label}”权限{target}。", next_step="请由有此权限的同事办理,或请系统管理员授权。"
        )


def require_second_person(
    actor: Actor,
    earlier: Iterable[str],
    act: str,
    *,
    rule: str,
    next_step: str = "请由未参与的同事办理;本单位人手不足的,请由上级单位或分管领导办理。",
) -> None:
    """Refuse an act to whoever took part in an earlier one that it must be independent of, also through a deputy.

    Args:
        actor: who acts.
        earlier: logins of the persons of the earlier acts, those they acted for included.
        act: the act in Chinese, e.g. ``发布标准``.
        rule: the clause that asks for a second person.
        next_step: who may do it instead.

    Raises:
        RefusedError: the actor, or whoever they act for, is among them.
    """
    if actor.persons & set(earlier):
        raise RefusedError(
            f"{act}须由另一人办理,{actor.name}已参与前面的环节。",
            rule=rule,
            next_step=next_step,
        )
