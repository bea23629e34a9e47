"""What is wrong with the words of a command, in Chinese: the toolkit says it in English."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

_SAYINGS = (
    (r"No such option: (\S+)", "没有“{0}”这个选项。"),
    (r"No such command '(.*?)'", "没有“{0}”这个命令。"),
    (r"Missing command", "命令没有写完。"),
    (r"Missing (?:argument|option|parameter)\W+(.*?)\W*$", "缺少“{0}”。"),
    (r"Option '(.*?)' requires", "选项“{0}”后面要有值。"),
    (r"Option '(.*?)' does not take a value", "选项“{0}”后面不带值。"),
    (r"Got unexpected extra argument\S* \((.*?)\)", "多出了“{0}”。"),
    (r"Invalid value for '?(.*?)'?: ", "“{0}”的值不合要求。"),
)
"""What the toolkit says → what we say."""


def explain(error: Exception) -> str | None:
    """Return what to say of a usage error of the toolkit; None for any other error.

    A group called without a command gives its help instead.
    """
    if not hasattr(error, "format_message"):
        return None
    said = str(error.format_message())
    if type(error).__name__ == "NoArgsIsHelpError":
        return said
    for pattern, words in _SAYINGS:
        if found := re.match(pattern, said):
            subject = found[found.lastindex or 0]
            options = [name for name in getattr(getattr(error, "param", None), "opts", ()) if name.startswith("--")]
            subject = options[0] if "Missing" in said and options else subject
            return f"未完成:{words.format(subject)}下一步:{_next_step(error, said, subject)}"
    return f"未完成:命令的写法不对。下一步:{_see_help(error)}"


def _next_step(error: Exception, said: str, word: str) -> str:
    choices = said.partition("is not one of")[2]
    if choices:
        listed = "、".join(re.findall("'(.*?)'", choices))
        return f"可选:{listed}。"
    nearest = difflib.get_close_matches(word, _known(error), 1, 0.5)
    return f"是否为“{nearest[0]}”?" if nearest else _see_help(error)


def _known(error: Exception) -> Iterable[str]:
    """The options or commands that could stand where the unknown one stood."""
    command: Any = getattr(getattr(error, "ctx", None), "command", None)
    if hasattr(error, "option_name"):
        return [name for parameter in command.params for name in parameter.opts] if command else []
    return list(getattr(command, "commands", ()))


def _see_help(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"用法见 {context.command_path if context else 'weibo-ops'} -h。"
