"""Which permissions a role holds; a person may have several roles.

Source: the roles of an office (编辑 初审 复审 终审 监管人员 标准管理员 审计) and 国办发〔2018〕123号 (谁开设、谁主办).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from accounts.permissions import Permission


class Role(StrEnum):
    """The roles, by the words that people use."""

    ADMINISTRATOR = "系统管理员"
    EDITOR = "编辑"
    FIRST_REVIEWER = "初审"
    SECOND_REVIEWER = "复审"
    FINAL_REVIEWER = "终审"
    SUPERVISOR = "监管人员"
    STANDARDS = "标准管理员"
    AUDITOR = "审计"
    WORKER = "服务账号"


SIGNING = frozenset(
    {
        Permission.ACCOUNT_APPROVE,
        Permission.ACCOUNT_FILE,
        Permission.FINDING_CONFIRM,
        Permission.FINDING_REVIEW,
        Permission.WAIVER_SIGN,
        Permission.STANDARD_PUBLISH,
        Permission.PERIOD_CLOSE,
        Permission.POST_REVIEW,
        Permission.POST_WAIVE,
        Permission.POST_ARRANGE,
        Permission.POST_SETTLE,
        Permission.POST_DELETE,
        Permission.PAUSE,
        Permission.PAUSE_CLEAR,
        Permission.RELAY,
    }
)
"""Permissions to sign, or to decide what goes out and what stays out."""
WITHHELD = SIGNING | {Permission.POST_RECORD, Permission.POST_SEND, Permission.POST_CLAIM}
"""What outsourced writers (代运维) may not, whatever their roles: to sign, to enter what others signed, to send."""

_REVIEWER = frozenset(
    {
        Permission.HANDOVER,
        Permission.FINDING_RESPOND,
        Permission.POST_DRAFT,
        Permission.POST_REVIEW,
        Permission.POST_RECORD,
        Permission.POST_SEND,
        Permission.POST_CLAIM,
        Permission.TEMPLATE_EDIT,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.UNIT_EDIT,
            Permission.STAFF_EDIT,
            Permission.ACT_FOR,
            Permission.STANDARD_INSTALL,
            Permission.PLATFORM,
        }
    ),
    Role.EDITOR: frozenset(
        {
            Permission.IMPORT,
            Permission.SCAN,
            Permission.ACCOUNT_APPLY,
            Permission.FINDING_RESPOND,
            Permission.SAFETY_EDIT,
            Permission.HANDOVER,
            Permission.POST_DRAFT,
            Permission.POST_RECORD,
            Permission.POST_SEND,
            Permission.POST_CLAIM,
        }
    ),
    Role.FIRST_REVIEWER: _REVIEWER,
    Role.SECOND_REVIEWER: _REVIEWER | {Permission.POST_WAIVE, Permission.POST_SETTLE},
    Role.FINAL_REVIEWER: _REVIEWER
    | {
        Permission.POST_WAIVE,
        Permission.POST_ARRANGE,
        Permission.POST_SETTLE,
        Permission.POST_DELETE,
        Permission.PAUSE,
        Permission.PAUSE_CLEAR,
        Permission.ACCOUNT_APPLY,
    },
    Role.SUPERVISOR: frozenset(
        {
            Permission.REGISTER_EDIT,
            Permission.ACCOUNT_APPROVE,
            Permission.ACCOUNT_FILE,
            Permission.CERTIFICATION_EDIT,
            Permission.SAFETY_EDIT,
            Permission.PLATFORM,
            Permission.DUTY_EDIT,
            Permission.HANDOVER,
            Permission.CHECK,
            Permission.FINDING_VERIFY,
            Permission.FINDING_NOTIFY,
            Permission.FINDING_CONFIRM,
            Permission.FINDING_ASSIGN,
            Permission.FINDING_REVIEW,
            Permission.WAIVER_PROPOSE,
            Permission.WAIVER_SIGN,
            Permission.IMPOSTOR_HANDLE,
            Permission.PERIOD_CLOSE,
            Permission.SCAN,
            Permission.IMPORT,
            Permission.EVALUATION_RUN,
            Permission.PAUSE,
            Permission.PAUSE_CLEAR,
            Permission.RELAY,
        }
    ),
    Role.STANDARDS: frozenset(
        {
            Permission.STANDARD_INSTALL,
            Permission.STANDARD_EDIT,
            Permission.STANDARD_PUBLISH,
            Permission.CHECK,
            Permission.SCAN,
        }
    ),
    Role.AUDITOR: frozenset(),
    Role.WORKER: frozenset(
        {
            Permission.STANDARD_INSTALL,
            Permission.CHECK,
            Permission.SCAN,
            Permission.IMPORT,
            Permission.DELIVER,
        }
    ),
}

LOCAL = frozenset(
    {
        Permission.UNIT_EDIT,
        Permission.REGISTER_EDIT,
        Permission.STANDARD_INSTALL,
        Permission.IMPORT,
        Permission.CHECK,
        Permission.SCAN,
        Permission.EVALUATION_RUN,
    }
)
"""What the person at the machine may do in a home where nobody was registered yet: machine work, nothing to sign."""


def permissions_of(roles: Iterable[str], *, outsourced: bool = False) -> frozenset[str]:
    """Return what a person with these roles may do.

    Raises:
        ValueError: a role does not exist.
    """
    held: frozenset[Permission] = frozenset().union(*(GRANTS[Role(role)] for role in roles))
    return held - WITHHELD if outsourced else held
