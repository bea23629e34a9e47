"""Content checks: a post of 2,000 characters against 20,000 listed words, beside looking for each word by itself.

Warm: the rule books are read and the index is built before. Medians of processor time, so that what else the machine
does does not count.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date

from config.loader import load_named, shipped
from config.rulebook.words import WordsBook
from publishing.checks import Draft, WordIndex, check_post, check_text

WORDS, CHARACTERS, ROUNDS, BASELINE_ROUNDS = 20_000, 2_000, 300, 5
SENTENCES = (
    "澄汐市住建局今天公布老旧小区改造进度，36个小区已有29个完工，其余7个计划9月底前交付。",
    "改造内容包括雨污分流、外墙保温、加装电梯和新增停车位，居民不出钱，费用由财政和供水公司分担。",
    "施工期间早晚高峰不停水，需要停水的提前24小时在楼道张贴通知，咨询可拨打12345。",
    "有居民问，一楼要不要交加装电梯的钱？答复是不用，三楼以上按层分摊，具体比例由业主商量。",
)
LIST = """[[lists]]
id = "words.list{number}"
title = "词表{number}"
clause = "不使用所列词"
source = "本单位"
trust = "D"
severity = "deduct"
kind = "{kind}"
entries = '''
{entries}
'''
"""


def main() -> None:
    rng = random.Random(20261125)
    characters = [chr(point) for point in range(0x4E00, 0x4E00 + 2_500)]
    words = sorted({"".join(rng.choices(characters, k=rng.randint(2, 6))) for _ in range(WORDS + 500)})[:WORDS]
    shares = {"错别字": words[: WORDS // 2], "禁用词": words[WORDS // 2 : -5_000], "敏感词": words[-5_000:]}
    header = 'book = "words"\ntitle = "词表"\nversion = "1"\neffective_from = 2026-01-01\n'
    text = header + "".join(
        LIST.format(number=number, kind=kind, entries="\n".join(f"{word} | 改写 | 2030-12-31" for word in listed))
        for number, (kind, listed) in enumerate(shares.items())
    )
    begin = time.process_time()
    book: WordsBook = load_named("words", text, origin="bench.toml").book
    loaded = time.process_time()
    index = WordIndex.of(book)
    index.find("热身")
    built = time.process_time()
    print(f"{WORDS} words: read in {loaded - begin:.2f} s, index built in {built - loaded:.2f} s")

    content = shipped("content").book
    post = "".join(rng.choice(SENTENCES) for _ in range(CHARACTERS // 30))[: CHARACTERS - 10] + words[7] + words[-7]
    draft = Draft(post, on=date(2026, 11, 25))
    check_post(draft, content, index)
    whole = statistics.median(_milliseconds(lambda: check_text(post, content, words=index)) for _ in range(ROUNDS))
    full = statistics.median(_milliseconds(lambda: check_post(draft, content, index)) for _ in range(ROUNDS))
    alone = statistics.median(_milliseconds(lambda: index.find(post)) for _ in range(ROUNDS))
    plain = statistics.median(_milliseconds(lambda: [w for w in words if w in post]) for _ in range(BASELINE_ROUNDS))
    print(
        f"a post of {len(post)} characters: all checks of a text {whole:.2f} ms (limit 2 ms), "
        f"with plain language and sources {full:.2f} ms, words alone {alone:.2f} ms"
    )
    print(f"each word looked for by itself: {plain:.2f} ms; ratio to the words alone {plain / alone:.1f}")
    print("hits:", len(check_text(post, content, words=index)))


def _milliseconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


if __name__ == "__main__":
    main()
