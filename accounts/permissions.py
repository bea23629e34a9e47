"""Every permission of the program, by name; services ask ``weibo_ops.kernel.actors.require``."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a person may be allowed to do; ``label`` is how people call it."""

    UNIT_EDIT = "accounts.unit.edit"
    STAFF_EDIT = "accounts.staff.edit"
    ACT_FOR = "accounts.staff.act_for"
    DUTY_EDIT = "accounts.duty.edit"
    HANDOVER = "accounts.duty.handover"
    REGISTER_EDIT = "accounts.register.edit"
    ACCOUNT_APPLY = "accounts.account.apply"
    ACCOUNT_APPROVE = "accounts.account.approve"
    ACCOUNT_FILE = "accounts.account.file"
    CERTIFICATION_EDIT = "accounts.certification.edit"
    SAFETY_EDIT = "accounts.safety.edit"
    PLATFORM = "accounts.platform"
    CHECK = "accounts.check"
    FINDING_VERIFY = "accounts.finding.verify"
    FINDING_NOTIFY = "accounts.finding.notify"
    FINDING_CONFIRM = "accounts.finding.confirm"
    FINDING_ASSIGN = "accounts.finding.assign"
    FINDING_RESPOND = "accounts.finding.respond"
    FINDING_REVIEW = "accounts.finding.review"
    WAIVER_PROPOSE = "accounts.waiver.propose"
    WAIVER_SIGN = "accounts.waiver.sign"
    IMPOSTOR_HANDLE = "accounts.impostor.handle"
    STANDARD_INSTALL = "accounts.standard.install"
    STANDARD_EDIT = "accounts.standard.edit"
    STANDARD_PUBLISH = "accounts.standard.publish"
    PERIOD_CLOSE = "accounts.period.close"
    SCAN = "publishing.scan"
    POST_DRAFT = "publishing.post.draft"
    POST_REVIEW = "publishing.post.review"
    POST_WAIVE = "publishing.post.waive"
    POST_RECORD = "publishing.post.record"
    POST_ARRANGE = "publishing.post.arrange"
    POST_SEND = "publishing.post.send"
    POST_SETTLE = "publishing.post.settle"
    POST_DELETE = "publishing.post.delete"
    POST_CLAIM = "publishing.post.claim"
    PAUSE = "publishing.pause"
    PAUSE_CLEAR = "publishing.pause.clear"
    RELAY = "publishing.relay"
    DELIVER = "publishing.deliver"
    TEMPLATE_EDIT = "publishing.template.edit"
    IMPORT = "sentiment.import"
    EVALUATION_RUN = "evaluation.run"

    @property
    def label(self) -> str:
        """The Chinese name, as refusals and role lists show it."""
        return _LABELS[self]


_LABELS = {
    Permission.UNIT_EDIT: "维护单位台账",
    Permission.STAFF_EDIT: "维护人员与授权",
    Permission.ACT_FOR: "代他人操作",
    Permission.DUTY_EDIT: "编排值班表",
    Permission.HANDOVER: "交接班",
    Permission.REGISTER_EDIT: "维护账号台账",
    Permission.ACCOUNT_APPLY: "提出账号申请",
    Permission.ACCOUNT_APPROVE: "审批账号申请",
    Permission.ACCOUNT_FILE: "账号备案",
    Permission.CERTIFICATION_EDIT: "维护认证信息",
    Permission.SAFETY_EDIT: "维护账号安全台账",
    Permission.PLATFORM: "账号平台授权",
    Permission.CHECK: "检查账号",
    Permission.FINDING_VERIFY: "核实问题",
    Permission.FINDING_NOTIFY: "告知单位",
    Permission.FINDING_CONFIRM: "确认问题",
    Permission.FINDING_ASSIGN: "交办整改",
    Permission.FINDING_RESPOND: "申辩与反馈",
    Permission.FINDING_REVIEW: "复核整改",
    Permission.WAIVER_PROPOSE: "提出豁免",
    Permission.WAIVER_SIGN: "签批豁免",
    Permission.IMPOSTOR_HANDLE: "处理疑似仿冒账号",
    Permission.STANDARD_INSTALL: "安装随附标准",
    Permission.STANDARD_EDIT: "起草标准",
    Permission.STANDARD_PUBLISH: "发布标准",
    Permission.PERIOD_CLOSE: "期间封账",
    Permission.SCAN: "内容检查",
    Permission.POST_DRAFT: "起草稿件",
    Permission.POST_REVIEW: "审签稿件",
    Permission.POST_WAIVE: "放行否决项",
    Permission.POST_RECORD: "录入系统外签批",
    Permission.POST_ARRANGE: "调整审签人",
    Permission.POST_SEND: "排期与登记回执",
    Permission.POST_SETTLE: "核实发布结果",
    Permission.POST_DELETE: "删除已发布内容",
    Permission.POST_CLAIM: "认领系统外发布",
    Permission.PAUSE: "暂停发布",
    Permission.PAUSE_CLEAR: "暂停期间放行",
    Permission.RELAY: "下达必转联动任务",
    Permission.DELIVER: "自动发布",
    Permission.TEMPLATE_EDIT: "维护稿件模板",
    Permission.IMPORT: "导入数据",
    Permission.EVALUATION_RUN: "运行评估",
}
