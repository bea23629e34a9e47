"""The levels of a unit, in the words that people use; rosters write them in many ways."""

from __future__ import annotations

LEVELS = ("国家级", "省级", "地市级", "县(市、区)级", "乡镇(街道)", "开发区", "垂管")

_WRITTEN = {
    "国家": "国家级",
    "中央": "国家级",
    "全国": "国家级",
    "省": "省级",
    "自治区": "省级",
    "直辖市": "省级",
    "市": "地市级",
    "地市": "地市级",
    "市级": "地市级",
    "地级": "地市级",
    "州": "地市级",
    "县": "县(市、区)级",
    "区": "县(市、区)级",
    "县级": "县(市、区)级",
    "区县": "县(市、区)级",
    "区级": "县(市、区)级",
    "县(市、区)": "县(市、区)级",
    "乡": "乡镇(街道)",
    "镇": "乡镇(街道)",
    "街道": "乡镇(街道)",
    "乡镇": "乡镇(街道)",
    "乡镇街道": "乡镇(街道)",
    "乡级": "乡镇(街道)",
    "开发": "开发区",
    "垂直管理": "垂管",
}


def level_word(written: str) -> str:
    """Return a level as people say it (市 is 地市级); what is not known comes back as it was written."""
    plain = written.strip().replace("（", "(").replace("）", ")").replace(",", "、")
    return plain if plain in LEVELS else _WRITTEN.get(plain, written)
