"""Who acts: a value that services check and the audit log stores; permission names live in the business packages."""

from __future__ import annotations

from dataclasses import dataclass, field

from weibo_ops.kernel.errors import PermissionRefusedError


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


def require(actor: Actor, permission: str, subject: str = "") -> None:
    """Refuse an act that the actor has no permission for.

    Raises:
        PermissionRefusedError: naming the permission and the subject.
    """
    if not actor.may(permission):
        target = f"({subject})" if subject else ""
        raise PermissionRefusedError(
            f"{actor.name}没有“{permission}”权限{target}。", next_step="请联系标准管理员或有权限的同事办理。"
        )
