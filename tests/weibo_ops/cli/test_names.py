"""``account check-name``, ``account impostors``, ``impostor``: names judged from files as people hand them in."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from tests import exports
from tests.weibo_ops.cli.terminal import run

HEADER = "名称,主办单位,层级,备注"
ROWS = (
    "云麓供水,云麓市供水管理局,地市级,甲",
    "云麓供水13800138000,云麓市供水管理局,地市级,乙",
    "大美云麓,云麓市文化和旅游局,地市级,丙",
)
PROTECTED = "name\n云麓发布\n平安云麓\n"


@pytest.fixture
def names(tmp_path: Path) -> Path:
    file = tmp_path / "of.csv"
    file.write_text(PROTECTED, "utf-8")
    return file


def written(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_of_names_is_judged_and_keeps_its_columns(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path / "in.csv", "\r\n".join([HEADER, *ROWS]), encoding)
    done = run("account", "check-name", "--file", file, "--format", "csv", home=tmp_path)
    assert done.code == 0
    assert [list(row) for row in done.csv] == [["名称", "主办单位", "层级", "备注", "verdict", "clauses"]] * 3
    assert [(row["备注"], row["verdict"]) for row in done.csv] == [("甲", "pass"), ("乙", "fail"), ("丙", "advise")]
    assert done.csv[0]["clauses"] == ""
    assert done.csv[1]["clauses"].startswith("naming.contact 本程序默认标准:")
    assert not done.out.startswith(codecs.BOM_UTF8.decode("utf-8"))


def test_one_name_is_judged_with_clause_and_proposals(tmp_path: Path) -> None:
    words = ("account", "check-name", "云麓供水QQ群", "--unit", "云麓市供水管理局", "--level", "地市级")
    done = run(*words, home=tmp_path)
    assert "不符合" in done.out
    assert "扣分:昵称中的“QQ群”不符合要求" in done.err
    row = run(*words, "--format", "json", home=tmp_path).json[0]
    assert row["verdict"] == "fail"
    assert "naming.contact" in row["clauses"][0]
    assert row["proposed_fix"]
    assert run("account", "check-name", home=tmp_path).code == 2
    assert run("account", "check-name", "甲", "--file", "x.csv", home=tmp_path).code == 2


def test_impostors_of_a_file(tmp_path: Path, names: Path) -> None:
    file = written(
        tmp_path / "in.csv", "昵称,昵称,score,\n云麓发佈,a,b,c\n=平安云麓网,d,e,f\n云麓早餐,g,h,i\n云麓发布\n"
    )
    done = run("account", "impostors", file, "--of", names, "--format", "csv", home=tmp_path)
    assert done.out == (
        "昵称,昵称_2,score_input,列4,imitates,score,reasons\n"
        "云麓发佈,a,b,c,云麓发布,0.98,用繁体字\n"
        "'=平安云麓网,d,e,f,平安云麓,0.882,添加“网”;插入空格或符号\n"
        "云麓早餐,g,h,i,,,\n"
        "云麓发布,,,,,,\n"
    )
    assert done.err == "疑似仿冒 2 个,均须人工核实。\n"
    plain = written(tmp_path / "of.txt", "云麓发布\n平安云麓\n")
    assert run("account", "impostors", file, "--of", plain, "--format", "csv", home=tmp_path).out == done.out


def test_an_export_of_profiles_finds_its_own_columns(tmp_path: Path, names: Path) -> None:
    rows = "用户id,昵称,是否认证,认证类型,认证信息\n1,云麓发布网,True,1,云麓市人民政府\n2,云麓发布网,False,-1,\n"
    file = written(tmp_path / "users.csv", rows)
    found = run("account", "impostors", file, "--of", names, "--format", "json", home=tmp_path).json
    assert [row["imitates"] for row in found] == ["", "云麓发布"], "one that the platform certified as a government's"
    assert "未认证" in found[1]["reasons"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "没有内容"), ("\n\n", "没有内容"), ("\x00\x00", "")],
)
def test_a_file_without_names_ends_in_a_sentence(tmp_path: Path, names: Path, text: str, words: str) -> None:
    file = written(tmp_path / "in.csv", text)
    for command in (("check-name", "--file", file), ("impostors", file, "--of", names)):
        done = run("account", *command, home=tmp_path)
        assert "Traceback" not in done.err
        assert words in done.err


def test_a_header_alone_gives_no_rows_and_a_missing_column_is_named(tmp_path: Path, names: Path) -> None:
    head = written(tmp_path / "head.csv", "名称\n")
    done = run("account", "impostors", head, "--of", names, "--format", "csv", home=tmp_path)
    assert (done.code, done.out) == (0, "名称,imitates,score,reasons\n")
    assert done.err == "未发现疑似仿冒的名称。\n"
    other = written(tmp_path / "other.csv", "单位,层级\n云麓市供水管理局,市\n")
    refused = run("account", "check-name", "--file", other, home=tmp_path)
    assert refused.code == 2
    assert "缺少" in refused.err
    for missing in ("nosuch.csv", tmp_path):
        assert run("account", "impostors", head, "--of", missing, home=tmp_path).code == 2


def test_ten_thousand_names_are_judged_in_one_go(tmp_path: Path, names: Path) -> None:
    file = written(tmp_path / "in.csv", "名称\n" + "".join(f"云麓早餐{n}\n" for n in range(10_000)) + "云麓发布官方\n")
    rows = run("account", "impostors", file, "--of", names, "--format", "csv", home=tmp_path).csv
    assert len(rows) == 10_001
    assert [row["名称"] for row in rows if row["imitates"]] == ["云麓发布官方"]


def test_what_was_found_in_the_register_is_told_without_being_stored(city: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "in.csv", f"名称,备注\n{exports.NAME}官方,甲\n")
    (row,) = run("account", "impostors", file, "--format", "json", home=city).json
    assert row["imitates"] == exports.NAME
    assert json.loads(run("impostor", "list", "--format", "json", home=city).out) == []
    taken = run("account", "check-name", exports.NAME, "--unit", "云麓市教育局", "--format", "json", home=city).json[0]
    assert any(clause.startswith("naming.unique") for clause in taken["clauses"])


def test_following_up_asks_for_the_permission_and_for_a_suspect_that_is_there(tmp_path: Path) -> None:
    assert run("impostor", "list", home=tmp_path).out == "无数据\n"
    assert "没有“假冒”这一状态" in run("impostor", "list", "--state", "假冒", home=tmp_path).err
    assert "没有编号为7" in run("impostor", "show", "7", home=tmp_path).err
    for step in ("verify", "dismiss", "report", "transfer", "close"):
        done = run("impostor", step, "7", "--note", "x", home=tmp_path)
        assert done.code != 0
        assert "处理疑似仿冒账号" in done.err
    file = written(tmp_path / "in.csv", "名称\n甲\n")
    done = run("account", "impostors", file, "--of", file, "--record", home=tmp_path)
    assert "请去掉 --of" in done.err
