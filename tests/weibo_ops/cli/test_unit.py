"""The units through the door: entered, changed, dissolved, taken in by file; every refusal is one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.weibo_ops.cli.office import OFFICE, add, first_day, own_password, sign_in
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together, run, table
from weibo_ops.cli.unit import TITLES

TREE = """单位,简称,层级,行政区,上级单位,监管归口
云麓市供水管理局,市水务局,市,云麓市,云麓市人民政府,云麓市政务公开办
云麓市人民政府,,市,云麓市,,
云麓市第一水厂,,市,云麓市,云麓市供水管理局,
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return first_day(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A home with an administrator who is signed in."""
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.fixture
def tree(home: Path, tmp_path: Path) -> Path:
    """The home with three units more, one above the other."""
    file = tmp_path / "tree.csv"
    file.write_text(TREE, "utf-8-sig")
    assert run("unit", "import", file, home=home).code == 0
    return home


def names(home: Path) -> list[str]:
    return [row["name"] for row in run("unit", "list", "--format", "json", home=home).json]


def test_the_list_the_tree_and_the_sheet_say_the_same_in_every_format(tree: Path) -> None:
    rows = hold_the_three_formats_together(["unit", "list"], TITLES, tree)
    assert [(row["name"], row["depth"]) for row in rows] == [
        ("云麓市人民政府", 0),
        ("云麓市供水管理局", 1),
        ("云麓市第一水厂", 2),
        (OFFICE, 0),
    ]
    for row in rows:
        (shown,) = run("unit", "show", row["name"], "--format", "json", home=tree).json
        assert shown == {name: value for name, value in row.items() if name != "depth"}
    drawn = run("unit", "tree", home=tree).out
    assert "\n    云麓市第一水厂" in drawn
    assert [row["depth"] for row in run("unit", "tree", "--format", "json", home=tree).json] == [0, 1, 2, 0]


def test_a_unit_is_known_by_the_short_name_that_only_it_has(tree: Path) -> None:
    (row,) = table(run("unit", "show", "市水务局", home=tree).out)
    assert row["单位"] == "云麓市供水管理局"
    assert run("unit", "edit", "市水务局", "--name", "市水务局", home=tree).code == 0, "it may take its own short name"
    assert "市水务局" in names(tree)


def test_a_change_says_what_it_changes_and_empties_what_is_said(tree: Path) -> None:
    assert (
        run("unit", "edit", "云麓市供水管理局", "--oversight", "-", "--parent", "-", "--level", "垂管", home=tree).code
        == 0
    )
    (row,) = run("unit", "show", "云麓市供水管理局", "--format", "json", home=tree).json
    assert (row["oversight"], row["parent"], row["level"], row["short_name"]) == ("", "", "垂管", "市水务局")
    for office, known in ((OFFICE, True), ("云麓市检查办", False)):
        done = run("unit", "edit", "云麓市第一水厂", "--oversight", office, home=tree)
        assert (done.code, "未登记为单位" in done.err) == (0, not known)
    before = len(run("audit", "verify", home=tree).err), names(tree)
    nothing = run("unit", "edit", "云麓市供水管理局", home=tree)
    assert nothing.code == 2
    assert "没有写明要修改的内容" in nothing.err
    assert (len(run("audit", "verify", home=tree).err), names(tree)) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "云麓市供水管理局"], 1, "已有名为“云麓市供水管理局”的单位"),
        (["add", "市水务局"], 1, "已有名为“云麓市供水管理局”的单位"),
        (["add", "-", "--parent", OFFICE], 2, "单位名称不能为空"),
        (["add", "甲\x1b局"], 2, "控制字符"),
        (["add", "甲" * 201], 2, "过长(201字)"),
        (["add", "甲局", "--level", "科级"], 2, "层级“科级”不在可选范围内"),
        (["add", "甲局", "--parent", "云麓市供水局"], 1, "是否为“云麓市供水管理局”"),
        (["add", "甲局", "--sector", "甲局"], 1, "“甲局”本身或其下级"),
        (["edit", "云麓市人民政府", "--parent", "云麓市第一水厂"], 1, "本身或其下级"),
        (["edit", "云麓市人民政府", "--name", "-"], 2, "单位名称不能为空"),
        (["edit", "云麓市人民政府", "--name", "甲" * 201], 2, "过长"),
        (["edit", "云麓市人民政府", "--name", "甲\n局"], 2, "换行"),
        (["edit", "云麓市人民政府", "--name", "云麓市第一水厂"], 1, "已有名为"),
        (["edit", "没有的单位", "--area", "云麓市"], 1, "没有登记名为“没有的单位”"),
        (["deactivate", "云麓市供水管理局", "--reason", "撤并"], 1, "下级单位1个,不能撤销"),
        (["deactivate", OFFICE, "--reason", "撤并"], 1, "人员1人"),
        (["deactivate", "云麓市第一水厂"], 2, "须写明依据"),
        (["show", "没有的单位"], 1, "没有登记名为"),
    ],
)  # fmt: skip
def test_what_does_not_conform_is_one_sentence_and_changes_nothing(
    tree: Path, words: list[str], code: int, said: str
) -> None:
    before = run("unit", "list", "--format", "csv", home=tree).out
    done = run("unit", *words, home=tree)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "下一步:" in done.err
    assert run("unit", "list", "--format", "csv", home=tree).out == before


def test_a_dissolved_unit_takes_in_nobody(tree: Path) -> None:
    assert run("unit", "deactivate", "云麓市第一水厂", "--reason", "机构改革方案", home=tree).code == 0
    again = run("unit", "deactivate", "云麓市第一水厂", "--reason", "机构改革方案", home=tree)
    assert again.code == 1
    assert "已撤销" in again.err
    for words in (
        ["unit", "add", "乙所", "--parent", "云麓市第一水厂"],
        ["unit", "edit", OFFICE, "--territory", "云麓市第一水厂"],
        ["staff", "add", "li", "--name", "李", "--unit", "云麓市第一水厂"],
        ["staff", "edit", "admin", "--unit", "云麓市第一水厂"],
    ):
        done = run(*words, home=tree)
        assert done.code == 1, words
        assert "“云麓市第一水厂”已撤销" in done.err
    assert "云麓市第一水厂(已撤销)" in run("unit", "tree", home=tree).out
    assert "乙所" not in names(tree)


def test_a_file_is_tried_refused_whole_or_taken_without_its_faulty_rows(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(TREE + "某处,,科级,,,\n云麓市人民政府,,,,,\n某所,,,,没有的单位,\n", "gb18030")
    dry = run("unit", "import", file, "--dry-run", "--format", "json", home=home)
    assert dry.code == 0
    assert [(row["line"], row["message"][:6]) for row in dry.json] == [
        (5, "层级“科级”"),
        (6, "与第3行重复"),
        (7, "没有登记名为"),
    ]
    assert "试算(未保存):新增 3" in dry.err
    refused = run("unit", "import", file, home=home)
    assert refused.code == 1
    assert "有误 3 行,全部未保存" in refused.err
    assert "--skip-faulty" in refused.err
    assert names(home) == [OFFICE]
    done = run("unit", "import", file, "--skip-faulty", "--format", "csv", home=home)
    assert done.code == 0
    assert [row["line"] for row in done.csv] == ["5", "6", "7"]
    assert "已保存:新增 3" in done.err
    assert len(names(home)) == 4
    file.write_text(TREE, "utf-16")
    again = run("unit", "import", file, home=home)
    assert (again.code, again.out) == (0, "")
    assert "新增 0,更新 0,未变 3" in again.err


def test_a_workbook_is_taken_in_as_a_csv_is(home: Path, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in TREE.splitlines():
        sheet.append(line.split(","))
    book.save(tmp_path / "units.xlsx")
    done = run("unit", "import", tmp_path / "units.xlsx", home=home)
    assert (done.code, done.out) == (0, "")
    (row,) = run("unit", "show", "云麓市第一水厂", "--format", "json", home=home).json
    assert row["parent"] == "云麓市供水管理局"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"PK\x03\x04not a zip", b'"open', b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"],
)
def test_a_file_that_is_no_list_of_units_is_one_sentence(home: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    done = run("unit", "import", file, home=home)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("未完成:文件“units.csv”")
    assert done.err.count("\n") == 1
    assert run("unit", "import", tmp_path / "没有.csv", home=home).code == 2


def test_keeping_the_units_takes_the_permission_for_single_and_bulk_alike(tree: Path, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text("单位\n甲局\n")
    add(tree, "li", "编辑", "终审")
    own_password(tree, "li")
    for words in (
        ["add", "甲局"], ["edit", OFFICE, "--area", "云麓市"], ["deactivate", OFFICE, "--reason", "x"],
        ["import", str(file)], ["import", str(file), "--dry-run"],
    ):  # fmt: skip
        done = run("unit", *words, home=tree)
        assert done.code == 1, words
        assert "没有“维护单位台账”权限" in done.err
    sign_in(tree, "admin")
    assert "甲局" not in names(tree)
    assert run("audit", "verify", home=tree).code == 0
