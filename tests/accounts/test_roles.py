"""Roles: what they hold, what an outsourced writer never does, what a home without people allows."""

from __future__ import annotations

from itertools import combinations

import pytest

from accounts.permissions import Permission
from accounts.roles import GRANTS, LOCAL, WITHHELD, Role, permissions_of
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.errors import PermissionRefusedError, RefusedError


def test_every_role_is_defined_and_every_permission_has_a_holder_and_a_name() -> None:
    assert set(GRANTS) == set(Role)
    assert frozenset().union(*GRANTS.values()) == set(Permission)
    assert len({permission.label for permission in Permission}) == len(Permission)


@pytest.mark.parametrize("roles", [*combinations(Role, 1), *combinations(Role, 2)])
def test_several_roles_hold_what_each_holds_and_outsourced_ones_never_sign(roles: tuple[Role, ...]) -> None:
    held = permissions_of(roles)
    assert held == frozenset().union(*(GRANTS[role] for role in roles))
    assert permissions_of(roles, outsourced=True) == held - WITHHELD


def test_the_auditor_changes_nothing() -> None:
    assert permissions_of([Role.AUDITOR]) == frozenset()


def test_the_administrator_of_people_signs_nothing_and_a_home_without_people_neither() -> None:
    assert not permissions_of([Role.ADMINISTRATOR]) & WITHHELD
    assert not LOCAL & WITHHELD


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="科长"):
        permissions_of(["科长"])


def test_a_refusal_names_the_permission_in_chinese_and_the_next_step() -> None:
    with pytest.raises(PermissionRefusedError, match=r"李编辑没有“发布标准”权限.*下一步"):
        require(Actor("li", "李编辑"), Permission.STANDARD_PUBLISH)


@pytest.mark.parametrize(
    ("actor", "earlier", "refused"),
    [
        (Actor("wang", "王"), ["li"], False),
        (Actor("li", "李"), ["li"], True),
        (Actor("li", "李", on_behalf_of="wang"), ["li"], True),
        (Actor("zhao", "赵", on_behalf_of="li"), ["li"], True),
        (Actor("zhao", "赵", on_behalf_of="wang"), ["li"], False),
        (Actor("li", "李"), [], False),
    ],
)
def test_the_second_person_is_another_also_through_a_deputy(actor: Actor, earlier: list[str], refused: bool) -> None:
    if refused:
        with pytest.raises(RefusedError, match=r"须由另一人办理.*依据:条文.*上级单位或分管领导"):
            require_second_person(actor, earlier, "发布标准", rule="条文")
    else:
        require_second_person(actor, earlier, "发布标准", rule="条文")
