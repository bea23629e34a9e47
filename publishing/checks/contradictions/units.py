"""Units of numbers: which of them measure the same, and how many of the base one is."""

from __future__ import annotations

_LINES = """
人 人 名 位
人次 人次
户 户
家 家
工作日 工作日 个工作日
分钟 分钟 小时=60 个小时=60
月 个月
天 天 日 周=7
年 年
岁 岁 周岁
元 元 块钱 角=0.1
美元 美元
平方米 平方米 平米 ㎡ 平方公里=1000000 平方千米=1000000 公顷=10000 亩=666.6666666667
立方米 立方米
米 米 公里=1000 千米=1000 厘米=0.01 毫米=0.001
公斤 公斤 千克 吨=1000 斤=0.5 克=0.001
升 升 毫升=0.001
度 度 千瓦时
℃ ℃ 摄氏度
% % ％
百分点 个百分点
倍 倍
折 折
级 级
分 分
次 次
班 班 班次
车次 车次
车道 车道
泊位 泊位 个泊位
栋 栋 幢
棵 棵 株
本 本 册
趟 趟
场 场
项 项
件 件
起 起
例 例
辆 辆
台 台
套 套
所 所
处 处
条 条
座 座
间 间
只 只
头 头
份 份
张 张
批 批
艘 艘
架 架
盏 盏
门 门
支 支
对 对
个 个
"""


def _read(lines: str) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for line in lines.split("\n"):
        base, *units = line.split() or [""]
        for unit in units:
            written, _, factor = unit.partition("=")
            found[written] = (base, float(factor or 1))
    return found


UNITS = _read(_LINES)
"""Unit as written → base unit and factor."""
