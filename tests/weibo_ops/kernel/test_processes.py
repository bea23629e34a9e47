"""What is known of a process by its name: it runs, it was stopped, it is gone, or it is somebody else's to know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from weibo_ops.kernel import processes
from weibo_ops.kernel.processes import Life, life_of, this_process

ASLEEP = "import sys; sys.stdout.write('x'); sys.stdout.flush(); sys.stdin.read()"
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")


def named(pid: int) -> str:
    """The name that another process of this machine gives itself."""
    machine, boot, room, _, _ = this_process().split("|")
    return f"{machine}|{boot}|{room}|{pid}|{processes._began(pid)}"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing until it is told to end."""
    started = subprocess.Popen([sys.executable, "-c", ASLEEP], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.read(1)
    yield started
    if started.returncode is None:
        started.kill()
        started.wait()
    for stream in (started.stdin, started.stdout):
        if stream is not None:
            stream.close()


def with_part(name: str, place: int, value: str) -> str:
    parts = name.split("|")
    parts[place] = value
    return "|".join(parts)


def test_this_process_runs_and_always_bears_one_name() -> None:
    assert this_process() == this_process()
    assert life_of(this_process()) is Life.ALIVE
    assert len(this_process()) <= 200


def test_another_that_runs_is_alive_and_one_that_ended_is_dead(child: subprocess.Popen[bytes]) -> None:
    name = named(child.pid)
    assert life_of(name) is Life.ALIVE
    child.kill()
    child.wait()
    assert life_of(name) is Life.DEAD


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no stopping here")
def test_one_that_was_stopped_is_alive_for_it_may_go_on(child: subprocess.Popen[bytes]) -> None:
    name = named(child.pid)
    os.kill(child.pid, signal.SIGSTOP)
    os.waitpid(child.pid, os.WUNTRACED)
    assert life_of(name) is Life.ALIVE
    os.kill(child.pid, signal.SIGCONT)
    assert life_of(name) is Life.ALIVE


@linux
def test_one_that_ended_and_was_not_buried_is_dead(child: subprocess.Popen[bytes]) -> None:
    name = named(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE
    assert life_of(name) is Life.DEAD


def test_another_process_with_the_same_number_is_not_the_same() -> None:
    assert life_of(with_part(this_process(), 4, "1")) is Life.DEAD


def test_after_a_restart_of_the_machine_everything_from_before_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    name = with_part(this_process(), 1, "ffffffff")
    assert life_of(name) is (Life.DEAD if processes._BOOT.exists() else Life.UNKNOWN)
    # Where the system keeps no number of its own, a changed clock would look like a restart.
    monkeypatch.setattr(processes, "_BOOT", Path("/nowhere"))
    assert life_of(name) is Life.UNKNOWN


def test_what_another_machine_or_container_runs_nobody_here_can_know() -> None:
    assert life_of(with_part(this_process(), 0, "elsewhere/0000")) is Life.UNKNOWN
    assert life_of(with_part(this_process(), 2, "pid:[1]")) is Life.UNKNOWN


@pytest.mark.parametrize("name", ["", "x", "a|b", "a|b|c|d|e", "人工"])
def test_what_is_no_name_is_not_known(name: str) -> None:
    assert life_of(name) is Life.UNKNOWN
    assert life_of("|".join([this_process().split("|")[0], *name.split("|")[1:]])) is Life.UNKNOWN


def test_a_process_that_may_not_be_asked_about_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: int) -> str:
        raise psutil.AccessDenied

    name = this_process()
    monkeypatch.setattr(processes, "_began", denied)
    assert life_of(name) is Life.UNKNOWN


def test_without_proc_the_beginning_is_asked_of_the_system(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_text

    def no_proc(self: Path, *args: object, **more: object) -> str:
        if str(self).startswith("/proc/"):
            raise PermissionError(str(self))
        return real(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "read_text", no_proc)
    name = named(child.pid)
    assert life_of(name) is Life.ALIVE
    child.kill()
    child.wait()
    assert life_of(name) is Life.DEAD
