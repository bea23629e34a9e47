"""Whether a folder lies on a network share, where the journal of a SQLite database is not safe.

Source: design, chosen parts: the home must not lie on a network share (WAL needs memory that all processes share).
"""

from __future__ import annotations

import sys
from pathlib import Path

import psutil

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smbfs", "smb2", "smb3", "afpfs", "fuse.sshfs", "davfs", "fuse.davfs2", "ncpfs", "webdav"}
)
"""Kinds of file systems that another machine keeps."""
_REMOTE_DRIVE = 4


def on_network(path: Path) -> bool:
    """Say whether a folder, which need not be there yet, lies on a network share; takes about a millisecond."""
    if str(path).startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        # Listing the partitions would ask every drive of another machine, also one that does not answer.
        import ctypes

        drive = path.resolve().drive
        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE)
    kind, options = _mount_of(path)
    return kind in NETWORK or (kind == "9p" and "drvfs" in options)


def shared_folder(home: Path, database: str | None) -> Path | None:
    """Return which of the folders of a home and of its SQLite file lies on a network share; None where neither does.

    Args:
        home: the folder of the program's files.
        database: path of the file; None where it has none.
    """
    folders = [home] if database in (None, "", ":memory:") else [home, Path(str(database)).absolute().parent]
    return next((folder for folder in dict.fromkeys(folders) if on_network(folder)), None)


def _mount_of(path: Path) -> tuple[str, str]:
    """Return kind and options of a folder's file system, lower case; empty where the system does not say."""
    place = path.resolve()
    fitting = [
        (len(each.mountpoint), each.fstype.lower(), each.opts.lower())
        for each in psutil.disk_partitions(all=True)
        if place.is_relative_to(each.mountpoint)
    ]
    # Of two on one place the later lies over the earlier.
    found = max(reversed(fitting), key=lambda each: each[0], default=(0, "", ""))
    return found[1], found[2]
