"""Charts drawn by matplotlib: the same chart gives the same bytes, in every process and whatever is configured."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from weibo_ops.documents.font import drawable
from weibo_ops.documents.model import NO_DATA, Chart, ChartKind, Series, Tone
from weibo_ops.kernel.text import fit

WIDTH = 156 / 25.4
"""Inches: the breadth of the text on an official page (A4 less 28 mm and 26 mm)."""
DPI = 240
COLOURS = {
    Tone.MAIN: "#2b5f8a",
    Tone.CALM: "#b9cfe0",
    Tone.GOOD: "#2b5f8a",
    Tone.WARN: "#e3a948",
    Tone.BAD: "#b2503c",
    Tone.MUTED: "#c9cdd2",
}
"""Told apart by people who see no red and green, and in grey by their lightness."""
_LIGHT = {Tone.CALM, Tone.WARN, Tone.MUTED}
_INK, _SOFT, _RULE, _BLANK = "#2a2f36", "#6a727c", "#dfe3e8", "#f1f2f4"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "weibo-ops",
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.4,
    "path.simplify": False,
}
_STEPS = (1, 2, 5, 7, 14, 28, 56)
_BESIDE, _BELOW, _ABOVE = 26, 10, 16
"""Cells that a name may take beside a lying bar, below a column, and in the legend."""


def draw(chart: Chart, suffix: str, font: Path) -> bytes:
    """Draw a chart.

    Args:
        chart: what to draw; it must not be empty.
        suffix: ``svg`` (outlines, no font needed to see it) or ``png``.
        font: the font file.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache, which we do not use
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(WIDTH, _height(chart)), layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.03))
        pen = _Pen(figure.add_subplot(), font)
        {ChartKind.BARS: _bars, ChartKind.LINES: _lines, ChartKind.SHARES: _shares}[chart.kind](chart, pen)
        target = BytesIO()
        metadata = {"Software": None} if suffix == "png" else dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(target, format=suffix, dpi=DPI, metadata=metadata)
    return target.getvalue()


def _height(chart: Chart) -> float:
    return 0.62 + 0.27 * len(chart.categories) if chart.kind is ChartKind.SHARES else 2.5


class _Pen:
    """Axes and the font in its sizes; every text passes through it."""

    def __init__(self, axes: Any, font: Path) -> None:
        self.axes = axes
        self._font = font

    def text(self, text: str, cells: int | None = None) -> str:
        shown = drawable(text, self._font)
        return shown if cells is None else fit(shown, cells)

    def font(self, size: float) -> Any:
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=self._font, size=size)

    def write(self, x: float, y: float, text: str, size: float = 7.5, **options: Any) -> None:
        options.setdefault("color", _INK)
        self.axes.text(x, y, self.text(text), fontproperties=self.font(size), **options)

    def dress(self) -> None:
        """Take away what is not data and set the fonts of the ticks."""
        for side in ("top", "right", "left"):
            self.axes.spines[side].set_visible(False)
        self.axes.spines["bottom"].set_color(_SOFT)
        self.axes.tick_params(length=0, labelcolor=_INK, pad=4)
        for label in (*self.axes.get_xticklabels(), *self.axes.get_yticklabels()):
            label.set_fontproperties(self.font(8))

    def legend(self, handles: Sequence[Any], names: Sequence[str]) -> None:
        """Put the legend above the axes, at the left."""
        self.axes.legend(
            handles,
            [self.text(name, _ABOVE) for name in names],
            prop=self.font(8),
            labelcolor=_INK,
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=len(names),
            frameon=False,
            borderaxespad=0.2,
            handlelength=1.1,
            handleheight=0.8,
            columnspacing=1.4,
        )


def _bars(chart: Chart, pen: _Pen) -> None:
    handles = [
        pen.axes.bar(
            range(len(series.values)),
            [value or 0 for value in series.values],
            width=0.84 - 0.28 * min(depth, 2),
            color=COLOURS[series.tone],
            zorder=2 + depth,
        )
        for depth, series in enumerate(chart.series)
    ]
    _over_categories(chart, pen, handles)


def _lines(chart: Chart, pen: _Pen) -> None:
    handles = [
        pen.axes.plot(
            range(len(series.values)),
            [float("nan") if value is None else value for value in series.values],
            color=COLOURS[series.tone],
            linewidth=1.6,
            linestyle=("-", "--", ":", "-.")[number % 4],
            marker="o" if len(series.values) <= 31 else None,
            markersize=3,
            zorder=3,
        )[0]
        for number, series in enumerate(chart.series)
    ]
    _over_categories(chart, pen, handles)


def _over_categories(chart: Chart, pen: _Pen, handles: list[Any]) -> None:
    from matplotlib.patches import Patch
    from matplotlib.ticker import MaxNLocator

    names = [series.name for series in chart.series]
    for start, stop in _unobserved(chart.series):
        pen.axes.axvspan(start - 0.5, stop - 0.5, color=_BLANK, zorder=0, linewidth=0)
    if any(None in series.values for series in chart.series):
        handles, names = [*handles, Patch(color=_BLANK)], [*names, NO_DATA]
    pen.axes.set_xlim(-0.6, len(chart.categories) - 0.4)
    pen.axes.set_ylim(bottom=0)
    pen.axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=2))
    pen.axes.grid(axis="y", color=_RULE, linewidth=0.6)
    pen.axes.set_axisbelow(True)
    places = range(0, len(chart.categories), _step(len(chart.categories)))
    pen.axes.set_xticks(list(places), [pen.text(chart.categories[place], _BELOW) for place in places])
    pen.dress()
    pen.legend(handles, names)
    if chart.unit:
        pen.axes.annotate(
            pen.text(f"单位：{chart.unit}", _ABOVE),
            (1, 1),
            (0, 4),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=_SOFT,
            fontproperties=pen.font(7.5),
        )


def _step(count: int, most: int = 16) -> int:
    """Return how many categories to go from one tick to the next."""
    return next((step for step in _STEPS if count <= step * most), count)


def _unobserved(series: Sequence[Series]) -> list[tuple[int, int]]:
    """Return the half-open stretches of categories in which no series has a value."""
    stretches: list[tuple[int, int]] = []
    for place, values in enumerate(zip(*(line.values for line in series), strict=True)):
        if all(value is None for value in values):
            start = stretches.pop()[0] if stretches and stretches[-1][1] == place else place
            stretches.append((start, place + 1))
    return stretches


def _shares(chart: Chart, pen: _Pen) -> None:
    from matplotlib.patches import Patch

    rows = len(chart.categories)
    for place in range(rows):
        values = [series.values[place] for series in chart.series]
        whole = sum(value or 0 for value in values)
        y = rows - 1 - place
        if not whole:
            pen.axes.barh(y, 1, height=0.62, color=_BLANK, zorder=1)
            pen.write(0.01, y, NO_DATA, va="center_baseline", color=_SOFT)
            continue
        left = 0.0
        for series, value in zip(chart.series, values, strict=True):
            share = (value or 0) / whole
            pen.axes.barh(
                y, share, left=left, height=0.62, color=COLOURS[series.tone], edgecolor="white", linewidth=0.6, zorder=2
            )
            if share >= 0.05:
                ink = _INK if series.tone in _LIGHT else "white"
                pen.write(left + share / 2, y, f"{value:g}", ha="center", va="center_baseline", color=ink, zorder=3)
            left += share
        pen.write(1.012, y, pen.text(f"{whole:g}{chart.unit}", _BELOW), va="center_baseline", color=_SOFT)
    pen.axes.set_xlim(0, 1)
    pen.axes.set_ylim(-0.5, rows - 0.5)
    pen.axes.set_xticks([])
    names = [pen.text(name, _BESIDE) for name in reversed(chart.categories)]
    pen.axes.set_yticks(range(rows), names)
    pen.dress()
    pen.axes.spines["bottom"].set_visible(False)
    pen.legend([Patch(color=COLOURS[series.tone]) for series in chart.series], [series.name for series in chart.series])
