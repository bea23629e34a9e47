"""The 审签单: complete, the same bytes at the same time, no hit quoted, room to sign, and on one page when ordinary."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.approval import GATES
from publishing.checks import Medium
from publishing.schemas.posts import PostDetail, RemarkView
from publishing.sheet import NOT_CLASSIFIED, RARE_SHOWN, sheet_document
from tests.publishing.factories import (
    ACCOUNT,
    AT,
    FINGERPRINT,
    TEXT,
    UNIT,
    detail,
    hit,
    minutes,
    proof,
    revision,
    round_,
    sheet_view,
    step,
    verdict,
)
from tests.weibo_ops.documents.pdf_pages import pages
from weibo_ops.documents import Document, Field, Form, Grid, Size, render
from weibo_ops.documents.cells import one_line
from weibo_ops.documents.font import chart_font, drawable
from weibo_ops.kernel.ids import digest_text


def form_of(document: Document) -> Form:
    (form,) = document.blocks
    assert isinstance(form, Form)
    return form


def made(post: PostDetail | None = None) -> Document:
    return sheet_document(sheet_view(post))


def grids(post: PostDetail | None = None) -> dict[str, Grid]:
    return {part.caption[:2]: part for part in form_of(made(post)).parts if isinstance(part, Grid)}


def fields(post: PostDetail | None = None) -> dict[str, Field]:
    return {each.label[:4]: each for part in form_of(made(post)).parts if not isinstance(part, Grid) for each in part}


def words(post: PostDetail | None = None) -> str:
    return render(made(post), ".txt").decode()


def apart_from_the_text(post: PostDetail) -> str:
    parts = form_of(made(post)).parts
    kept = tuple(part for part in parts if isinstance(part, Grid) or part[0].size is not Size.BODY)
    return render(replace(made(post), blocks=(Form(kept),)), ".md").decode()


# --- complete -------------------------------------------------------------------------------------------------


def test_it_says_what_is_signed() -> None:
    shown = fields(detail(revision(media=(Medium("图.png", digest_text("图"), 9, "图片", "停水范围"),))))
    assert shown["稿件校验"].text == detail().code
    assert shown["稿件校验"].size is Size.CODE
    assert shown["稿件编号"].text == "86（第2稿）"
    assert (shown["主办单位"].text, shown["账号"].text) == (UNIT, ACCOUNT)
    assert shown["类别、通"].text == "公告，官方客户端"
    assert shown["拟发时间"].text == "2026-07-02 09:30 至 15:30"
    assert shown["来源依据"].text == "市供水管理局停水审批单（7月1日）"
    assert (shown["公开属性"].text, shown["拟稿人"].text) == ("主动公开", "赵编辑")
    assert shown["保密审查"].text == "经审查不涉密，可以公开"
    assert shown["正文（共"].text == TEXT
    assert shown["备注"].text == ""


@pytest.mark.parametrize(
    ("earliest", "latest", "said"),
    [
        (None, None, "签发后即发"),
        (AT, None, "2026-07-01 09:30 以后"),
        (None, AT, "2026-07-01 09:30 以前"),
        (AT, minutes(24 * 60), "2026-07-01 09:30 至 2026-07-02 09:30"),
    ],
)
def test_the_time_window_in_words(earliest: object, latest: object, said: str) -> None:
    assert fields(detail(revision(earliest_at=earliest, latest_at=latest)))["拟发时间"].text == said


def test_media_stand_with_words_and_the_beginning_of_their_hash() -> None:
    media = (Medium("图.png", digest_text("图"), 9, "图片", "停水范围"), Medium("二.mp4", "", 9, "视频"))
    assert grids(detail(revision(media=media)))["图片"].rows == (
        ("1. 图.png（图片）", "停水范围", digest_text("图")[:12]),
        ("2. 二.mp4（视频）", "未写", "未存"),
    )


def test_the_chain_shows_who_signed_and_leaves_room_for_who_has_not() -> None:
    rows = grids()["审签"].rows
    assert rows[0] == ("初审", "钱初审", "同意：时间、路段已与施工单位核对", "五关均过", "2026-07-01 09:50", "系统")
    assert rows[1][:3] == ("复审", "孙复审\n受李复审委托", "同意")
    assert rows[2] == ("终审", "", "", "", "", "")
    assert grids()["审签"].lines == 3


def test_several_signers_have_a_row_each() -> None:
    some = step(0, "会签", verdict("孙复审", AT), role="复审", mode="some", need=3)
    everyone = step(1, "会办", verdict("周终审", AT), role="终审", mode="all", named=("zhou", "wu"))
    rows = grids(detail(rounds=(round_(some, everyone),)))["审签"].rows
    assert [row[:2] for row in rows] == [
        ("会签\n（复审）", "孙复审"),
        ("会签\n（复审）", ""),
        ("会签\n（复审）", ""),
        ("会办\n（终审）", "周终审"),
        ("会办\n（终审）", ""),
    ]


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({}, "系统"),
        (
            {"channel": "电话", "recorded_by": "赵编辑", "owed": True, "owed_until": minutes(60)},
            "电话，赵编辑记录，待补签\n限2026-07-01 10:30",
        ),
        ({"channel": "电话", "recorded_by": "赵编辑", "settled_at": AT}, "电话，赵编辑记录，已补签\n2026-07-01 09:30"),
        (
            {"channel": "电话", "recorded_by": "赵编辑", "settled_at": AT, "verdict": "核对不符"},
            "电话，赵编辑记录，拒绝补签\n2026-07-01 09:30",
        ),
        (
            {"channel": "纸质", "recorded_by": "赵编辑", "scan": "ab" * 32, "unchecked": True, "valid": False},
            "纸质，赵编辑记录，扫描件 abababababab，待第二人核对",
        ),
        (
            {"channel": "纸质", "recorded_by": "赵编辑", "scan": "ab" * 32, "checked_by": "钱编辑"},
            "纸质，赵编辑记录，扫描件 abababababab，钱编辑核对",
        ),
    ],
)
def test_the_way_of_each_signature(given: dict[str, object], way: str) -> None:
    rows = grids(detail(rounds=(round_(step(0, "终审", verdict("周终审", AT, **given))),)))["审签"].rows
    assert rows[0][5] == way


def test_what_does_not_count_is_not_shown_as_counting() -> None:
    void = step(0, "初审", verdict("钱初审", AT, valid=False), verdict("孙复审", AT, verdict="退回", remark="改日期"))
    some_gates = step(1, "复审", verdict("李复审", AT, gates=GATES[:3]))
    rows = grids(detail(rounds=(round_(void, some_gates),)))["审签"].rows
    assert rows[0][2] == "同意（已作废）"
    assert rows[1][2:4] == ("退回：改日期", "—")
    assert rows[2] == ("初审", "", "", "", "", "")
    assert rows[3][3] == "未核保密、文字"


def test_a_round_that_ended_leaves_no_room_to_sign() -> None:
    ended = round_(step(0, "初审", verdict("钱初审", AT)), step(1, "终审"), ended_at=AT, outcome="退回")
    post = detail(rounds=(ended,))
    assert len(grids(post)["审签"].rows) == 1
    assert "本次送审已结束：退回" in words(post)


def test_proofs_of_another_text_do_not_count() -> None:
    proofs = (proof("一校", "钱初审", AT, note="改两处标点"), proof("二校", "孙复审", AT, valid=False))
    assert grids(detail(proofs=proofs))["校对"].rows == (("钱初审 2026-07-01 09:30\n改两处标点", "", ""),)


def test_remarks_on_places_stand_with_whether_they_were_settled() -> None:
    remarks = (
        RemarkView(1, 2, 0, 2, "1200户", "请再核", "孙复审", AT, "", None),
        RemarkView(2, 1, 0, 0, "", "改写", "孙复审", AT, "赵编辑", AT),
    )
    assert grids(detail(remarks=remarks))["修改"].rows == (
        ("第2稿“1200户”", "请再核", "孙复审\n2026-07-01 09:30", "未处理"),
    )


def test_the_small_print_names_standards_limit_printer_and_the_line_on_secrets() -> None:
    shown = words().replace("\n  ", "")
    approval, words_book = digest_text("审批")[:12], digest_text("词表")[:12]
    assert f"审批标准 2026.1 {approval}" in shown
    assert f"词表 2026.1 {words_book}" in shown
    assert "时限：终审 2026-07-01 21:30" in shown
    assert "打印：赵编辑 2026-07-01 10:20" in shown
    assert NOT_CLASSIFIED in shown
    assert digest_text("审批")[:13] not in shown


def test_no_document_number_and_no_seal_are_invented() -> None:
    shown = words()
    assert "文号" not in shown
    assert "章" not in shown.replace(TEXT, "")


# --- what a signature on it is worth --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("post", "mark"),
    [
        (detail(), ""),
        (detail(revision(urgent=True, urgent_reason="暴雨")), "应急发布"),
        (detail(row=replace(detail().row, state="草稿")), "草稿，未在审核，签字无效"),
        (detail(row=replace(detail().row, state="退回")), "退回，未在审核，签字无效"),
        (detail(row=replace(detail().row, state="撤稿")), "撤稿，未在审核，签字无效"),
        (detail(row=replace(detail().row, state="已签发"), valid=True), ""),
        (detail(row=replace(detail().row, state="已签发")), "签发后已变动，审签作废"),
        (detail(rounds=(round_(code="0000-0000-0000"),)), "稿件或标准已变动，须重新送审，签字无效"),
    ],
)
def test_the_head_says_when_a_signature_counts_for_nothing(post: PostDetail, mark: str) -> None:
    assert made(post).mark == mark


def test_a_text_that_was_never_submitted_has_no_chain() -> None:
    post = detail(rounds=(), row=replace(detail().row, state="草稿"))
    assert "尚未送审" in words(post)
    assert "审签" not in grids(post)


def test_why_an_earlier_signature_is_void_is_said() -> None:
    assert "此前审签不再有效：正文已修改" in words(detail(why_void="正文已修改"))


# --- the hits are not quoted ----------------------------------------------------------------------------------


def test_hits_stand_by_place_with_who_let_them_through_and_why() -> None:
    waived = hit(2, word="12345", title="疑似个人信息", severity="veto", blocks=True, rule_id="personal.phone")
    waived = replace(waived, waived_by="孙复审", waiver_reason="公开的服务热线", waived_at=AT)
    open_ = hit(3, word="1200户", title="数字待核", severity="deduct", blocks=True, rule_id="contradiction.number")
    rows = grids(detail(hits=(hit(1), waived, open_)))["检查"].rows
    assert rows == (
        ("套话提示", "提示", "第147—150字", "提示，无须放行", ""),
        ("疑似个人信息", "单项否决", "第128—132字", "公开的服务热线", "孙复审\n2026-07-01 09:30"),
        ("数字待核", "扣分", "第65—69字", "未处理，须改正或说明理由", ""),
    )


def test_advice_alone_takes_one_line_for_each_rule() -> None:
    hits = (hit(2, word="敬请谅解"), hit(1, word="给您带来不便"))
    assert fields(detail(hits=hits))["检查提示"].text == "套话提示：第140—145、147—150字"
    assert fields(detail(hits=()))["检查提示"].text == "无"


def test_places_of_one_rule_are_gathered_by_paragraph() -> None:
    text = "甲乙丙\n甲丁甲"
    hits = tuple(replace(hit(n, text, "甲"), start=at, end=at + 1) for n, at in enumerate((6, 0, 4), 1))
    assert fields(detail(revision(text=text), hits=hits))["检查提示"].text == "套话提示：第1段1字，第2段1、3字"
    many = tuple(replace(hit(n, LONG), start=2 * n, end=2 * n + 1) for n in range(15))
    assert fields(detail(revision(text=LONG), hits=many))["检查提示"].text.endswith("23字等15处")


def test_places_count_within_paragraphs_as_a_reader_does() -> None:
    text = "第一段😀👨‍👩‍👧好\n\n第三段有误"
    found = hit(1, text, "有误")
    assert fields(detail(revision(text=text), hits=(found,)))["检查提示"].text == "套话提示：第3段4—5字"
    whole = replace(found, start=0, end=len(text))
    assert fields(detail(revision(text=text), hits=(whole,)))["检查提示"].text == "套话提示：全文"


@given(
    st.lists(
        st.tuples(
            st.text("甲乙丙丁戊0123456789", min_size=2, max_size=8),
            st.sampled_from(["veto", "deduct", "advice"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_hit_is_quoted_even_where_a_reason_quotes_it(found: list[tuple[str, str, bool]]) -> None:
    text = "，".join(f"“{word}”" for word, _, _ in found)
    hits = []
    for number, (word, severity, waived) in enumerate(found, 1):
        each = hit(
            number, text, word, severity=severity, title="敏感词", message=f"含有{word}", suggestion=f"删去{word}"
        )
        reason = f"“{word}”是地名" if waived else ""
        hits.append(replace(each, waived_by="孙复审" if waived else "", waiver_reason=reason, waived_at=AT))
    grid = grids(detail(revision(text=text), hits=tuple(hits))).get("检查")
    shown = "".join(cell for row in grid.rows for cell in (row[0], row[1], row[3])) if grid else ""
    assert not any(word in shown for word, _, _ in found)


# --- the page -------------------------------------------------------------------------------------------------

LONG = "供水管网更新问答。" + "改造期间实行分段施工，每段停水前七十二小时发布通知。" * 80
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\x1b[31m红\x00", "反\u202e转\u200b", ']]> & "引"')


@pytest.mark.parametrize("text", [TEXT, LONG, *HOSTILE, ""])
@pytest.mark.parametrize("suffix", [".docx", ".html", ".pdf", ".txt", ".md", ".csv"])
def test_the_same_clock_gives_the_same_bytes_whatever_the_text(text: str, suffix: str) -> None:
    post = detail(revision(text=text, source_basis=text, urgent_reason=text))
    assert render(made(post), suffix) == render(made(post), suffix)


def places(post: PostDetail) -> dict[str, int]:
    """Where the parts of a sheet stand, by the beginning of their words."""
    return {
        part.caption[:2] if isinstance(part, Grid) else part[0].label[:2]: place
        for place, part in enumerate(form_of(made(post)).parts)
    }


@pytest.mark.parametrize(("text", "first"), [(TEXT, "正文"), (LONG, "审签"), ("一行\n" * 20, "审签"), ("", "正文")])
def test_whoever_signs_finds_the_signatures_on_the_first_page(text: str, first: str) -> None:
    found = places(detail(revision(text=text)))
    assert (found["正文"] < found["审签"]) == (first == "正文")
    assert found["审签"] < found["校对"] < found["备注"] < found[""]
    assert next(iter(found)) == "稿件"


def headers(content: bytes) -> list[str]:
    file = docx.Document(io.BytesIO(content))
    section = file.sections[0]
    return ["".join(each.text for each in part.paragraphs) for part in (section.header, section.even_page_header)]


@pytest.mark.parametrize("text", [TEXT, LONG])
def test_every_page_carries_the_code(text: str) -> None:
    document = made(detail(revision(text=text)))
    assert document.running == f"稿件86（第2稿）　校验码 {detail().code}"
    for header in headers(render(document, ".docx")):
        assert header == f"{document.running}　共1页"
    assert "@top-right" in render(document, ".html").decode()


@pytest.mark.parametrize(("text", "count"), [(TEXT, 1), (LONG, 3)])
def test_every_page_of_the_pdf_carries_the_code_and_the_number_of_pages(text: str, count: int) -> None:
    document = made(detail(revision(text=text), hits=tuple(hit(number, text) for number in range(30))))
    found = pages(render(document, ".pdf"))
    assert len(found) == count
    assert all(page.text.startswith(f"{document.running}　共{count}页") for page in found)
    assert "".join(page.text for page in found).count("终审") >= 1


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_an_ordinary_post_takes_one_page(tmp_path: Path) -> None:
    office = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    waived = replace(hit(2, word="12345", blocks=True), waived_by="孙复审", waiver_reason="公开的热线", waived_at=AT)
    several = detail(revision(text=TEXT + TEXT[:60]), hits=(hit(1), waived))
    for name, post in (("plain", detail()), ("waived", several)):
        (tmp_path / f"{name}.docx").write_bytes(render(made(post), ".docx"))
    files = [str(tmp_path / f"{name}.docx") for name in ("plain", "waived")]
    subprocess.run([*office, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=300)
    for name, post in (("plain", detail()), ("waived", several)):
        content = (tmp_path / f"{name}.pdf").read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1, name
        assert len(pages(render(made(post), ".pdf"))) == 1


@pytest.mark.parametrize("text", [TEXT, LONG, "一行\n\n三行"])
def test_the_text_stands_whole_in_the_file(text: str) -> None:
    file = docx.Document(io.BytesIO(render(made(detail(revision(text=text))), ".docx")))
    cells = {cell._tc: cell for row in file.tables[0].rows for cell in row.cells}
    body = [each.text for cell in cells.values() for each in cell.paragraphs if each.style.name == "Form Body"]
    assert "\n".join(body) == text


def test_characters_that_printers_lack_are_named() -> None:
    shown = words(detail(revision(text="㙍头村𠮷祥✅犇\u200b")))
    assert "㙍〔U+364D〕、𠮷〔U+20BB7〕、✅〔U+2705〕" in shown
    assert "犇〔" not in shown
    assert "‹U+200B›" in shown
    many = "".join(chr(0x20000 + number) for number in range(RARE_SHOWN + 5))
    assert f"等{RARE_SHOWN + 5}个" in words(detail(revision(text=many)))


def test_the_font_of_the_program_has_every_character_of_the_form() -> None:
    font = chart_font()
    posts = [
        detail(),
        detail(revision(urgent=True, urgent_reason="暴雨", media=(Medium("图.png", FINGERPRINT, 9, "图片"),))),
        detail(rounds=(), row=replace(detail().row, state="草稿")),
    ]
    for post in posts:
        shown = one_line(words(post))
        assert drawable(shown, font) == shown


def test_what_stands_apart_from_the_text_holds_no_word_of_the_hits() -> None:
    secret = "秘密词甲"
    post = detail(
        revision(text=f"文中有{secret}一处"),
        hits=(hit(1, f"文中有{secret}一处", secret, rule_id="words.sensitive", severity="veto", blocks=True),),
    )
    assert secret not in apart_from_the_text(post)
