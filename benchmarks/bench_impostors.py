"""Impostor scan: 100,000 names against 2,000 accounts, beside comparing every pair by edit distance in the same run.

The pairs of the peer are a sample (every name against every account would take minutes); its time is scaled up.
"""

from __future__ import annotations

import random
import re
import time

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from accounts.lookalikes import Index, RegisteredName
from accounts.lookalikes.shapes import partners

NAMES, ACCOUNTS, SAMPLE = 100_000, 2_000, 2_000
PLACES = re.findall(r"\S+", "云麓 砚渚 澜汀 青岚 松屿 石泷 柳堰 霜桥 雁回 竹坞 枫溪 芦汊 霁川 鹿鸣 沧浦 岱阳")
WORK = re.findall(r"\S+", "发布 公安 交警 消防 教育 人社 城管 民政 司法 气象 水务 文旅 医保 税务 统计 审计")
WORDS = re.findall(r"\S+", "吃货 公园 游记 说车 楼市 家常菜 篮球 摄影 读书 旅行 租房 二手 美食 探店 奶茶 宠物")


def main() -> None:
    rng = random.Random(20261125)
    units = [f"{a}{b}" for a in PLACES for b in "东南西北中"]
    registered = [RegisteredName(f"{rng.choice(units)}{rng.choice(WORK)}{n % 97 or ''}") for n in range(ACCOUNTS)]
    names = []
    for number in range(NAMES):
        if number % 20:
            names.append(f"{rng.choice(units)}{rng.choice(WORDS)}{number}")
            continue
        name = rng.choice(registered).name
        at = rng.randrange(len(name))
        other = sorted(partners(name[at]))
        names.append(name[:at] + rng.choice(other) + name[at + 1 :] if other else f"{name}官方")
    begin = time.perf_counter()
    index = Index(registered)
    made = time.perf_counter()
    found = sum(index.best_match(name) is not None for name in names)
    done = time.perf_counter()
    cdist(names[:SAMPLE], [account.name for account in registered], scorer=Levenshtein.distance)
    pairs = (time.perf_counter() - done) * NAMES / SAMPLE
    print(f"index of {ACCOUNTS} accounts {made - begin:.2f} s; {NAMES} names {done - made:.2f} s, {found} suspects")
    print(f"edit distance of all pairs, scaled from {SAMPLE} names: {pairs:.2f} s; ratio {pairs / (done - begin):.2f}")


if __name__ == "__main__":
    main()
