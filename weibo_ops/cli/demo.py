"""``weibo-ops demo``: an invented city through the whole program."""

from __future__ import annotations

import typer

from weibo_ops.cli import common, importing


def demo(
    context: typer.Context,
    no_tui: bool = typer.Option(False, "--no-tui", help="完成后不打开界面"),
) -> None:
    """生成一座虚构城市的导出文件,导入、检查、判别、计时、评估、出报告;在终端上最后打开界面。"""
    from weibo_ops.demo import generate
    from weibo_ops.documents import write
    from weibo_ops.kernel.clock import Period, format_beijing
    from weibo_ops.kernel.errors import RefusedError

    app = common.application(context)
    folder = app.settings.home / "demo-data"
    city = generate(folder)
    strangers = {row.uid for row in app.accounts.list_accounts()} - set(city.uids)
    if strangers:
        raise RefusedError("该工作目录已有登记账号,不能混入演示数据。", next_step="请用 --home 指定一个空目录。")
    common.say(f"虚构城市“{city.name}”的导出文件:{folder}")
    with importing.progress_bar() as progress:
        report = app.intake.import_folder(app.actor, folder, progress)
        app.bus.dispatch()
    for kind, count in report.kinds.items():
        common.say(
            f"导入{importing.KIND_WORDS[kind]}:新增 {count.imported},未变 {count.unchanged},"
            f"未导入 {sum(count.rejected.values())}"
        )
    period = Period.parse(city.period)
    checked = app.accounts.findings()
    common.say(f"账号检查发现 {len(checked)} 项,其中单项否决 {sum(f.severity == 'veto' for f in checked)} 项(均待核实)")
    total = app.responses.stats(period=period)[-1]
    common.say(f"答复时效({city.period},截至 {format_beijing(app.accounts.default_as_of())}):{total.sentence}")
    service = app.evaluation
    run = service.run(app.actor, period, scope=city.oversight)
    common.say(f"评估 #{run.run_id} {run.scheme_title}(监管归口:{run.scope}),事实校验码 {run.facts_hash[:12]}")
    others = [row for row in app.accounts.list_accounts() if row.oversight != city.oversight]
    common.say("监管归口另有所属,不列入本次评估:" + "、".join(f"{row.screen_name}({row.oversight})" for row in others))
    document = app.reports.monthly(period)
    paths = [app.settings.home / "reports" / f"运行情况月报-{city.period}.{suffix}" for suffix in ("html", "docx")]
    for path in paths:
        write(document, path, app.settings.font)
    rates = {row.account: row for row in app.responses.stats(period=period)}
    rows = [
        {
            "screen_name": score.screen_name,
            "unit": score.unit,
            "grade": score.grade,
            "due": rates[score.screen_name].due,
            "on_time_rate": common.percent(rates[score.screen_name].on_time_rate),
            "vetoes": "、".join(score.vetoes) or "无",
        }
        for score in service.show(run.run_id)
    ]
    titles = {
        "screen_name": "账号",
        "unit": "主办单位",
        "grade": "结果",
        "due": "应答复",
        "on_time_rate": "按时率",
        "vetoes": "否决项(待核实)",
    }
    common.emit(rows, list(titles), common.Format.TABLE, titles)
    for path in paths:
        common.say(f"报告:{path}")
    if not no_tui and common.on_terminal():
        from weibo_ops.cli.tui import run_screens

        run_screens(app)
    else:
        common.say(f"打开界面:weibo-ops --home {app.settings.home} tui")
