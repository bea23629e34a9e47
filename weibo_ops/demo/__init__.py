"""The invented city of ``weibo-ops demo``: a folder of export files that goes in by the same door as a real one.

The city is called 砚渚 (yàn zhǔ, “inkstone islet”) and lies in no province. How the name was checked: it is coined;
known places use one of its two characters (砚山, 砚台, 马渚, 渚口), none known to the authors uses both, and a text
search of public repositories and of public web pages found the pair nowhere (no gazetteer was at hand).
Its districts, roads, estates, schools and parks are coined or generic too. Uids above 9,980,000,000 and post ids above
6·10^15 are, as far as the authors know, higher than any the platform had given out by the autumn of 2026.
"""

from __future__ import annotations

from weibo_ops.demo.city import DemoCity, generate

__all__ = ["DemoCity", "generate"]
