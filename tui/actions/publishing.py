"""The actions of the drafting desk and the review desk, and the keys of the post editor and of remarks."""

from __future__ import annotations

from accounts.permissions import Permission
from tui.actions.action import Action, Group, Place

_BOTH = (Place.DRAFTS, Place.REVIEWS)
_DESK = (Permission.POST_DRAFT, Permission.POST_REVIEW)

DRAFTS: tuple[Action, ...] = (
    Action(
        "post_new",
        "新建稿件",
        ("n", "ctrl+n"),
        Group.ACTS,
        "screen.new",
        (Place.DRAFTS,),
        ("起草", "拟稿", "写微博"),
        "新建",
        (Permission.POST_DRAFT,),
    ),
    Action(
        "post_edit",
        "编辑稿件",
        ("e", "f7"),
        Group.ACTS,
        "screen.edit",
        (Place.DRAFTS,),
        ("修改稿件", "改稿"),
        "编辑",
        (Permission.POST_DRAFT,),
    ),
    Action(
        "post_submit",
        "送审",
        ("b", "ctrl+b"),
        Group.ACTS,
        "screen.submit_post",
        (Place.DRAFTS,),
        ("提交审核",),
        "送审",
        (Permission.POST_DRAFT,),
    ),
    Action(
        "post_check",
        "重新检查稿件",
        ("x", "f9"),
        Group.ACTS,
        "screen.check_post",
        (Place.DRAFTS,),
        ("内容检查",),
        "检查",
        _DESK,
    ),
    Action(
        "post_withdraw",
        "撤稿",
        ("d", "f10"),
        Group.ACTS,
        "screen.withdraw",
        (Place.DRAFTS,),
        ("不发了",),
        "撤稿",
        (Permission.POST_DRAFT,),
    ),
)
REVIEWS: tuple[Action, ...] = (
    Action(
        "post_agree",
        "同意",
        ("a", "ctrl+b"),
        Group.ACTS,
        "screen.agree",
        (Place.REVIEWS,),
        ("审签", "签发", "五关"),
        "同意",
        (Permission.POST_REVIEW,),
    ),
    Action(
        "post_return",
        "退回修改",
        ("x", "f9"),
        Group.ACTS,
        "screen.send_back",
        (Place.REVIEWS,),
        ("不同意",),
        "退回",
        (Permission.POST_REVIEW,),
    ),
)
DESKS: tuple[Action, ...] = (
    Action(
        "post_waive", "放行一处检查提示", ("w", "f8"), Group.ACTS, "screen.waive", _BOTH, ("说明理由",), "放行", _DESK
    ),
    Action(
        "post_remark", "批注一处文字", ("m", "f12"), Group.ACTS, "screen.remark", _BOTH, ("修改意见",), "批注", _DESK
    ),
    Action(
        "post_settle",
        "标明批注已处理",
        ("f", "f22"),
        Group.ACTS,
        "screen.settle_remark",
        _BOTH,
        ("处理批注",),
        "",
        _DESK,
    ),
    Action(
        "post_outside",
        "系统外签批和补签",
        ("i", "f21"),
        Group.ACTS,
        "screen.outside",
        _BOTH,
        ("录入纸质签批", "电话签批", "核对纸质签批", "待补签", "拒绝补签"),
        "签批",
        (Permission.POST_RECORD, Permission.POST_REVIEW),
    ),
    Action(
        "post_sheet", "输出审签单", ("o", "ctrl+s"), Group.ACTS, "screen.print_sheet", _BOTH, ("打印",), "审签单", _DESK
    ),
    Action(
        "post_proof",
        "登记校对",
        ("u", "f20"),
        Group.ACTS,
        "screen.proof",
        _BOTH,
        ("一校", "二校", "三校"),
        "校对",
        _DESK,
    ),
)
NARROWING: tuple[Action, ...] = (
    Action(
        "post_state",
        "切换稿件状态",
        ("s", "f24"),
        Group.FILTERS,
        "screen.next_state",
        (Place.DRAFTS,),
        ("草稿", "审核中", "退回", "已签发"),
        "状态",
    ),
    Action(
        "post_mine",
        "只看本人经手的稿件",
        ("h", "f23"),
        Group.FILTERS,
        "screen.mine_only",
        (Place.DRAFTS,),
        ("我的稿件",),
        "本人",
    ),
    Action(
        "review_view",
        "切换待我审签、全部在审和待补签",
        ("s", "ctrl+n"),
        Group.FILTERS,
        "screen.other_view",
        (Place.REVIEWS,),
        ("补签", "在审"),
        "待补签",
    ),
    Action("post_before", "上一件", ("p", "f6"), Group.FILTERS, "screen.post_by(-1)", (Place.REVIEWS,), (), "上一件"),
    Action("post_after", "下一件", ("n", "f7"), Group.FILTERS, "screen.post_by(1)", (Place.REVIEWS,), (), "下一件"),
)

WRITING: tuple[Action, ...] = (
    Action("save_post", "保存为新的一稿", ("ctrl+s",), Group.WRITING, "screen.submit", short="保存"),
    Action("next_hit", "下一处提示", ("ctrl+n", "f8"), Group.WRITING, "screen.next_hit", short="下一处"),
    Action("apply_hit", "采用建议", ("ctrl+b",), Group.WRITING, "screen.apply_hit", short="采用"),
    Action("hit_list", "在正文与提示表之间切换", ("ctrl+t", "f10"), Group.WRITING, "screen.hit_list"),
    Action("colophon", "在正文与定稿栏之间切换", ("ctrl+o", "f12"), Group.WRITING, "screen.colophon", short="定稿栏"),
    Action("template", "从模板开始", ("ctrl+l",), Group.WRITING, "screen.template", short="模板"),
    Action("look", "检查", ("ctrl+r", "f9"), Group.WRITING, "screen.look"),
    Action("leave_post", "返回", ("escape", "ctrl+g"), Group.WRITING, "screen.leave", short="返回"),
)
"""The keys of the post editor; none of them is one that a text area takes for itself."""

REMARKING: tuple[Action, ...] = (
    Action("select", "选中文字", ("shift+right", "shift+down"), Group.REMARK, "select", short="选中"),
    Action("remark_side", "在正文与意见之间切换", ("tab", "shift+tab"), Group.REMARK, "app.focus_next", short="写意见"),
    Action("send_remark", "提交批注", ("ctrl+s",), Group.REMARK, "screen.submit", short="提交"),
    Action("leave_remark", "返回", ("escape", "ctrl+g"), Group.REMARK, "screen.leave", short="返回"),
)
"""The keys of a remark; the text itself does the selecting."""
