"""A small invented city, imported by the same door as a real one: three accounts, hostile texts, more than one page."""

from __future__ import annotations

from pathlib import Path

from tests import exports

PUBLISHING, POLICE, LABOUR = "云麓发布", "平安云麓", "云麓人社"
UIDS = {PUBLISHING: "9900000001", POLICE: "9900000002", LABOUR: "9900000003"}
UNITS = {PUBLISHING: "云麓市人民政府新闻办公室", POLICE: "云麓市公安局", LABOUR: "云麓市人力资源和社会保障局"}
CERTIFIED = {**UNITS, POLICE: "云麓县公安局"}
"""One certification names another unit, so that there is a finding."""

PHONE = "13912345678"
ESCAPE = "\x1b[31m红\x1b[0m 换\u202e行"
MARKUP = "[red]红[/red] [b]粗[/b] [@click=app.quit]点[/] \\[斜"
FORMULA = "=HYPERLINK(1)"
LONG = "路灯不亮，" * 2_400
QUESTION = "请问社保卡在哪里办理？"
FILLER = 120


def write(folder: Path) -> Path:
    """Write the export and return its folder."""
    folder.mkdir(parents=True)
    roster = [[name, uid, UNITS[name], "公共服务", "市", "云麓市"] for name, uid in UIDS.items()]
    exports.write(folder / "roster.csv", exports.ROSTER, roster)
    users = [
        [uid, name, "10", "1200", "5", "为您服务", "True", "1", f"{CERTIFIED[name]}官方微博"]
        for name, uid in UIDS.items()
    ]
    exports.write(folder / "users.csv", exports.USERS, users)
    posts = {
        PUBLISHING: [
            exports.post(1, "2026-09-29 09:00", f"便民服务预约请致电{PHONE}，张先生接听。", "9"),
            exports.post(2, "2026-09-28 09:00", MARKUP, "2"),
            exports.post(3, "2026-09-01 09:00", "“云麓公交”新线路开通……欢迎乘坐——周末不停运。", "130"),
        ],
        POLICE: [exports.post(4, "2026-09-27 10:00", "夜间出行请注意安全。", "0")],
        LABOUR: [exports.post(5, "2026-08-01 10:00", "社保卡办理指南。", "0")],
    }
    for name, rows in posts.items():
        exports.write(folder / f"{UIDS[name]}.csv", exports.POSTS, rows)
    exports.write(folder / f"{PUBLISHING}_comments.csv", exports.COMMENTS, _comments())
    return folder


def _comments() -> list[list[str]]:
    say = exports.comment
    return [
        say(1, 1, "2026-09-29 09:10:00", "青禾", QUESTION, "3"),
        say(2, 1, "2026-09-29 09:40:00", PUBLISHING, "回复@青禾:您好，请持身份证到就近网点办理，地址为云麓路1号。"),
        say(3, 1, "2026-09-29 10:00:00", "远山", "投诉！小区停水两天了，一直没人管，太差劲了！"),
        say(4, 1, "2026-09-29 11:00:00", "小满", "谢谢你们，办得真快，点赞！"),
        say(5, 2, "2026-09-29 12:00:00", ESCAPE, ESCAPE),
        say(6, 2, "2026-09-29 12:01:00", "[b]名[/b]", MARKUP),
        say(7, 2, "2026-09-29 12:02:00", "@SUM(1)", FORMULA),
        say(8, 1, "2026-09-29 12:03:00", "长文", LONG),
        say(9, 1, "2026-09-30 17:30:00", "晚霞", "请问明天公交几点发车？"),
        *(
            say(100 + n, 3, f"2026-09-{2 + n // 24:02d} {n % 24:02d}:30:00", f"市民{n}", f"第{n}次路过")
            for n in range(FILLER)
        ),
    ]
