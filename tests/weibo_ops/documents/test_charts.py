"""Charts: the font that comes along, no warning for any text, the same bytes every time."""

from __future__ import annotations

import io
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.weibo_ops.documents.samples import HOSTILE
from weibo_ops.documents import Chart, ChartKind, Series, Tone
from weibo_ops.documents.charts import COLOURS, _step, _unobserved, draw
from weibo_ops.documents.font import chart_font, drawable
from weibo_ops.kernel.errors import EnvironmentFault

NAMES = ("平安虚构", "虚构市市场监督管理综合行政执法支队宣传中心", "=cmd", "文旅😀", "$x^2$")


def a_chart(kind: ChartKind, names: tuple[str, ...] = NAMES) -> Chart:
    values = tuple(None if place == 1 else float(place + 3) for place in range(len(names)))
    return Chart(kind, "图", names, (Series("按时", values, Tone.GOOD), Series("超期", values, Tone.BAD)), "件")


def test_the_font_lies_inside_the_installed_package() -> None:
    found = find_spec("zhplot")
    assert found is not None
    assert found.origin is not None
    font = chart_font()
    assert font == Path(found.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    assert font.is_file()


def test_a_configured_font_wins_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.ttf"
    own.write_bytes(chart_font().read_bytes())
    assert chart_font(own) == own
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    for path in (broken, tmp_path / "missing.ttf"):
        with pytest.raises(EnvironmentFault, match=r"字体文件.*无法使用.*下一步"):
            chart_font(path)


def test_what_the_font_lacks_is_named() -> None:
    font = chart_font()
    assert drawable("平安😀", font) == "平安〔U+1F600〕"
    assert drawable("❤️", font) in ("❤", "〔U+2764〕")
    assert drawable("\x1b甲\n乙", font) == "〔U+241B〕甲 乙"
    assert all(drawable(text, font) == drawable(drawable(text, font), font) for text in HOSTILE)


@pytest.mark.parametrize("kind", ChartKind)
def test_the_same_chart_gives_the_same_bytes(kind: ChartKind) -> None:
    chart = a_chart(kind)
    for suffix in ("svg", "png"):
        assert draw(chart, suffix, chart_font()) == draw(chart, suffix, chart_font())


def test_whatever_is_configured_for_matplotlib_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib

    chart = a_chart(ChartKind.BARS)
    before = draw(chart, "svg", chart_font())
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 30, "svg.fonttype": "none"}):
        assert draw(chart, "svg", chart_font()) == before
        assert matplotlib.rcParams["axes.facecolor"] == "red"


@pytest.mark.parametrize("kind", ChartKind)
def test_no_text_is_too_much_for_a_chart(kind: ChartKind) -> None:
    chart = a_chart(kind, HOSTILE)
    named = Chart(kind, "图", HOSTILE, tuple(Series(text, chart.series[0].values) for text in HOSTILE[:4]), HOSTILE[9])
    assert draw(named, "svg", chart_font()).startswith(b"<?xml")


@pytest.mark.parametrize("kind", ChartKind)
def test_svg_holds_outlines_and_no_text_date_or_address(kind: ChartKind) -> None:
    svg = draw(a_chart(kind), "svg", chart_font())
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert "path" in tags
    assert not tags & {"text", "script", "image", "date", "creator"}


def test_png_is_as_broad_as_the_page_and_says_nothing_of_its_maker() -> None:
    from PIL import Image

    with Image.open(io.BytesIO(draw(a_chart(ChartKind.SHARES), "png", chart_font()))) as picture:
        assert picture.width == round(156 / 25.4 * 240)
        assert "Software" not in picture.info


def test_many_categories_get_few_ticks() -> None:
    assert [_step(count) for count in (1, 16, 17, 31, 92, 366, 9999)] == [1, 1, 2, 2, 7, 28, 9999]


def test_stretches_without_any_value_are_found() -> None:
    one = Series("甲", (None, None, 1, None, 2, None))
    two = Series("乙", (None, None, None, 1, None, None))
    assert _unobserved((one, two)) == [(0, 2), (5, 6)]


def test_meanings_have_colours_of_their_own_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    shown = sorted(lightness(COLOURS[tone]) for tone in (Tone.GOOD, Tone.BAD, Tone.WARN, Tone.MUTED))
    assert all(upper - lower > 15 for lower, upper in pairwise(shown))
