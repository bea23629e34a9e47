"""Which folders lie on a network share: by the deepest mount, by the last of two on one place, by how paths begin."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from weibo_ops.kernel.disks import NETWORK, on_network, shared_folder

MOUNTS = [
    ("/", "ext4", "rw"),
    ("/srv", "nfs4", "rw,vers=4.2"),
    ("/srv/local", "xfs", "rw"),
    ("/mnt/c", "9p", "rw,aname=drvfs;path=C:"),
    ("/run/host", "9p", "rw,trans=virtio"),
    ("/data/share", "ext4", "rw"),
    ("/data/share", "CIFS", "rw"),
]


@pytest.fixture(autouse=True)
def mounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    rows = [SimpleNamespace(mountpoint=place, fstype=kind, opts=options) for place, kind, options in MOUNTS]
    monkeypatch.setattr("psutil.disk_partitions", lambda all: rows)


@pytest.mark.parametrize(
    ("path", "shared"),
    [
        ("/var/lib/weibo-ops", False),
        ("/srv/weibo-ops", True),
        ("/srv/local/weibo-ops", False),
        ("/srvx/weibo-ops", False),
        ("/mnt/c/weibo-ops", True),
        ("/run/host/weibo-ops", False),
        ("/data/share/weibo-ops", True),
        ("//server/share/weibo-ops", True),
        ("\\\\server\\share\\weibo-ops", True),
    ],
)
def test_a_folder_on_a_share_is_known(path: str, shared: bool) -> None:
    assert on_network(Path(path)) is shared


def test_a_system_that_says_nothing_is_taken_for_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.disk_partitions", lambda all: [])
    assert on_network(Path("/srv/weibo-ops")) is False


def test_home_and_database_are_both_looked_at() -> None:
    here, there = Path("/var/home"), "/srv/db/weibo-ops.db"
    assert shared_folder(here, None) is None
    assert shared_folder(here, ":memory:") is None
    assert shared_folder(here, "/var/home/weibo-ops.db") is None
    assert shared_folder(here, there) == Path("/srv/db")
    assert shared_folder(Path("/srv/home"), "/var/home/weibo-ops.db") == Path("/srv/home")


def test_kinds_are_written_as_they_are_compared() -> None:
    assert all(kind == kind.lower() for kind in NETWORK)
