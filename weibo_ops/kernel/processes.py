"""Which process does something, and whether it still runs: what a lease is worth when its holder went silent."""

from __future__ import annotations

import os
import uuid
from enum import StrEnum
from functools import cache
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


class Life(StrEnum):
    """What is known of a process: it runs (perhaps stopped), it is gone, or it is on a machine that we cannot ask."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


@cache
def _machine() -> str:
    """Name this machine so that no other is taken for it, whatever its host name is today."""
    try:
        number = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        number = ""
    return f"{number[:32] or 'mac'}/{uuid.getnode():x}"


@cache
def _boot() -> str:
    """Name the time since this machine was started last."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()[:8]
    except (OSError, UnicodeDecodeError):
        return f"{psutil.boot_time() / 100:.0f}"


@cache
def _room() -> str:
    """Name the room in which process numbers are given, where the system knows several (containers)."""
    try:
        return str(_NAMESPACE.readlink())
    except OSError:
        return "-"


def _began(pid: int) -> str | None:
    """Return when a process began, in a form that a change of the clock does not touch; None where it is gone.

    Raises:
        psutil.AccessDenied: the system does not say.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        state, *fields = stat.rpartition(")")[2].split()
        return None if state in "ZX" else fields[18]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except (OSError, IndexError):
        pass
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return None


def this_process() -> str:
    """Return the name of this process, which no other process ever bears, at most 200 characters.

    It reads ``machine|start of the machine|room of numbers|number|beginning``.
    """
    pid = os.getpid()
    return f"{_machine()}|{_boot()}|{_room()}|{pid}|{_began(pid)}"


def life_of(name: str) -> Life:
    """Return what is known of a process by the name that it gave itself (`this_process`).

    A process that is stopped (SIGSTOP, a closed lid) is alive: it may go on where it was.
    """
    machine, *rest = name.split("|")
    if machine != _machine() or len(rest) != 4 or not rest[2].isdigit():
        return Life.UNKNOWN
    boot, room, pid, began = rest
    if boot != _boot():
        return Life.DEAD if _BOOT.exists() else Life.UNKNOWN
    if room != _room():
        return Life.UNKNOWN
    try:
        return Life.ALIVE if _began(int(pid)) == began else Life.DEAD
    except (psutil.AccessDenied, OSError):
        return Life.UNKNOWN
