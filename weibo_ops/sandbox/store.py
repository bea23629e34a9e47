"""What the stand-in remembers: one SQLite file that outlives restarts and kills, with the ledger in it.

Every call of the interface is one transaction. Times are seconds since 1970.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weibo_ops.kernel.errors import EnvironmentFault, UsageError
from weibo_ops.sandbox.entries import App, User

FILE = "sandbox.sqlite3"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS apps (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS users (
    uid TEXT PRIMARY KEY, screen_name TEXT NOT NULL UNIQUE, body TEXT NOT NULL, posts INTEGER NOT NULL DEFAULT 0,
    seen_comment INTEGER NOT NULL DEFAULT 0, seen_mention INTEGER NOT NULL DEFAULT 0,
    last_sent TEXT, last_comment TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, key TEXT NOT NULL, uid TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    expires REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, key TEXT NOT NULL, uid TEXT NOT NULL, created REAL NOT NULL, expires REAL NOT NULL,
    revoked REAL
) STRICT;
CREATE INDEX IF NOT EXISTS tokens_of ON tokens (uid, key);
CREATE TABLE IF NOT EXISTS statuses (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, key TEXT NOT NULL, source TEXT NOT NULL, sent TEXT NOT NULL,
    text TEXT NOT NULL, links TEXT NOT NULL, picture INTEGER NOT NULL, long INTEGER NOT NULL, created REAL NOT NULL,
    visible REAL, deleted REAL, edits INTEGER NOT NULL DEFAULT 0, reposts INTEGER NOT NULL DEFAULT 0,
    attitudes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS statuses_of ON statuses (uid, id, deleted, visible);
CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY, status INTEGER NOT NULL, owner TEXT NOT NULL, uid TEXT NOT NULL, text TEXT NOT NULL,
    created REAL NOT NULL, deleted REAL, hidden INTEGER NOT NULL DEFAULT 0, reply_to INTEGER, to_uid TEXT, root INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS comments_of_status ON comments (status, id);
CREATE INDEX IF NOT EXISTS comments_by ON comments (uid, id);
CREATE INDEX IF NOT EXISTS comments_to ON comments (owner, id);
CREATE TABLE IF NOT EXISTS hits (slot TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, uid TEXT NOT NULL, idstr TEXT NOT NULL,
    text_sent TEXT NOT NULL, text_stored TEXT NOT NULL, endpoint TEXT NOT NULL, source_ip TEXT NOT NULL,
    rip TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, method TEXT NOT NULL, endpoint TEXT NOT NULL,
    uid TEXT NOT NULL, outcome TEXT NOT NULL, fault TEXT NOT NULL, idstr TEXT NOT NULL, source_ip TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_is_kept BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""

_EPOCH_OF_IDS = 515483463
"""Seconds since 1970 at which the platform's numbers begin: a number divided by 2^22 counts seconds from then."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as stored."""

    token: str
    key: str
    uid: str
    created: float
    expires: float
    revoked: float | None


class Store:
    """The file and its one connection; every method runs inside `transaction` of the caller.

    Threads that share it hold ``lock`` for what must not be broken into.

    Args:
        path: the file, made when missing; ``":memory:"`` keeps nothing.
        seed: of the steps between numbers, so that a run can be repeated.

    Raises:
        EnvironmentFault: the file cannot be opened or is no database.
    """

    def __init__(self, path: Path | str, *, seed: int = 0) -> None:
        self.lock = threading.RLock()
        self._guard = _only_one(Path(path)) if path != ":memory:" else None
        try:
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as fault:
            raise EnvironmentFault(
                f"无法打开沙箱数据“{path}”。", next_step="请检查该目录可写,且未被其他程序占用。"
            ) from fault
        with self.transaction():
            self._last_number = max(
                self.value("SELECT max(id) FROM statuses") or 0, self.value("SELECT max(id) FROM comments") or 0
            )
            if not self.value("SELECT count(*) FROM apps"):
                self.put_app(App())
            self._apps = {row["key"]: App.model_validate_json(row["body"]) for row in self.rows("SELECT * FROM apps")}
            self._users = {
                row["uid"]: User.model_validate_json(row["body"]) for row in self.rows("SELECT * FROM users")
            }
        self._steps = seed

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._connection.close()
            if self._guard is not None:
                self._guard.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run one transaction; threads that share the store take turns."""
        with self.lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled it back already
                    self._connection.execute("ROLLBACK")
                self._reload()
                raise

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of a statement."""
        return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Return the first row of a statement."""
        found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return found

    def value(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, or None."""
        found = self.row(statement, values)
        return None if found is None else found[0]

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Carry out a statement that changes something."""
        self._connection.execute(statement, values)

    def new_number(self, at: float) -> int:
        """Return the number of a new post or comment: grows always, tells the time as the platform's numbers do."""
        self._steps = (self._steps * 6364136223846793005 + 1442695040888963407) % 2**64
        step = 1 + (self._steps >> 52)
        self._last_number = max(self._last_number + step, ((int(at) - _EPOCH_OF_IDS) << 22) + step)
        return self._last_number

    def old_number(self, at: float) -> int:
        """Return a free number for a post or comment of the past."""
        number = (int(at) - _EPOCH_OF_IDS) << 22
        while self.value("SELECT 1 FROM statuses WHERE id = ?1 UNION SELECT 1 FROM comments WHERE id = ?1", (number,)):
            number += 4099
        self._last_number = max(self._last_number, number)
        return number

    # Applications and users

    def app(self, key: str) -> App | None:
        """Return an application, or None."""
        return self._apps.get(key)

    def first_app(self) -> App:
        """Return the application that was registered first."""
        return next(iter(self._apps.values()))

    def put_app(self, app: App) -> None:
        """Register an application, or change it."""
        self.run(
            "INSERT INTO apps VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
            (app.key, app.model_dump_json()),
        )
        if hasattr(self, "_apps"):
            self._apps[app.key] = app

    def user(self, uid: str) -> User | None:
        """Return a user, or None."""
        return self._users.get(uid)

    def users(self) -> list[User]:
        """Return every user, in the order of registration."""
        return list(self._users.values())

    def user_named(self, screen_name: str) -> User | None:
        """Return the user of a name, or None."""
        return next((user for user in self._users.values() if user.screen_name == screen_name), None)

    def put_user(self, user: User) -> None:
        """Register a user, or change it.

        Raises:
            UsageError: another user has the name.
        """
        try:
            self.run(
                "INSERT INTO users (uid, screen_name, body) VALUES (?, ?, ?) ON CONFLICT (uid) DO UPDATE"
                " SET screen_name = excluded.screen_name, body = excluded.body",
                (user.uid, user.screen_name, user.model_dump_json()),
            )
        except sqlite3.IntegrityError:
            raise UsageError(f"昵称“{user.screen_name}”已属于另一用户。", next_step="请换一个昵称。") from None
        self._users[user.uid] = user

    # Tokens

    def grant(self, token: str) -> Grant | None:
        """Return what a token stands for, or None."""
        found = self.row("SELECT token, key, uid, created, expires, revoked FROM tokens WHERE token = ?", (token,))
        return None if found is None else Grant(*found)

    def issue(self, key: str, uid: str, at: float, expires_in: float, token: str = "") -> str:
        """Write a token down and return it; a given one replaces what it stood for."""
        made = token or f"2.00{secrets.token_urlsafe(18)}"
        self.run(
            "INSERT OR REPLACE INTO tokens (token, key, uid, created, expires) VALUES (?, ?, ?, ?, ?)",
            (made, key, uid, at, at + expires_in),
        )
        return made

    def is_authorised(self, key: str, uid: str, at: float) -> bool:
        """Say whether a user has a good token for an application."""
        return bool(
            self.value(
                "SELECT 1 FROM tokens WHERE uid = ? AND key = ? AND revoked IS NULL AND expires > ?", (uid, key, at)
            )
        )

    # Posts

    def status(self, number: int) -> sqlite3.Row | None:
        """Return a post, deleted or not yet visible as well."""
        return self.row("SELECT * FROM statuses WHERE id = ?", (number,))

    def add_status(
        self,
        *,
        number: int,
        uid: str,
        key: str,
        source: str,
        sent: str,
        text: str,
        links: Sequence[tuple[str, str]],
        picture: bool,
        long: bool,
        created: float,
        visible: float | None,
        endpoint: str,
        source_ip: str,
        rip: str,
    ) -> None:
        """Publish a post and write it into the ledger; ``visible`` is None where it can be seen at once."""
        self.run(
            "INSERT INTO statuses (id, uid, key, source, sent, text, links, picture, long, created, visible)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, uid, key, source, sent, text, json.dumps(links), picture, long, created, visible),
        )
        self.run("UPDATE users SET posts = posts + 1, last_sent = ? WHERE uid = ?", (sent.strip(), uid))
        self.run(
            "INSERT INTO ledger (at, uid, idstr, text_sent, text_stored, endpoint, source_ip, rip)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (created, uid, str(number), sent, text, endpoint, source_ip, rip),
        )

    def record(
        self, at: float, method: str, endpoint: str, uid: str, outcome: str, fault: str, idstr: str, source_ip: str
    ) -> None:
        """Write down that a call was made and how it ended."""
        self.run(
            "INSERT INTO calls (at, method, endpoint, uid, outcome, fault, idstr, source_ip)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (at, method, endpoint, uid, outcome, fault, idstr, source_ip),
        )

    def count_hit(self, slot: str) -> int:
        """Count one more in a slot (who, what, which hour or day) and return how many there are."""
        return int(
            self.value("INSERT INTO hits VALUES (?, 1) ON CONFLICT (slot) DO UPDATE SET n = n + 1 RETURNING n", (slot,))
        )

    def hits(self, slot: str) -> int:
        """Return how many were counted in a slot."""
        return self.value("SELECT n FROM hits WHERE slot = ?", (slot,)) or 0

    def _reload(self) -> None:
        """What is held in memory follows what was rolled back."""
        self._apps = {row["key"]: App.model_validate_json(row["body"]) for row in self.rows("SELECT * FROM apps")}
        self._users = {row["uid"]: User.model_validate_json(row["body"]) for row in self.rows("SELECT * FROM users")}


def _only_one(path: Path) -> sqlite3.Connection:
    """Keep a second sandbox out of the same file: a lock that ends with its process, however that ends."""
    try:
        guard = sqlite3.connect(path.with_suffix(".lock"), timeout=0, isolation_level=None, check_same_thread=False)
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as fault:
        raise EnvironmentFault(
            f"沙箱数据“{path}”正由另一个沙箱使用,或所在目录不可写。", next_step="请先停止另一个沙箱,或换一个目录。"
        ) from fault
    return guard


def open_store(folder: Path, *, seed: int = 0) -> Store:
    """Open (or make) the store in a folder.

    Raises:
        EnvironmentFault: the folder cannot be made or the file cannot be opened.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise EnvironmentFault(f"无法建立沙箱目录“{folder}”。", next_step="请检查其位置是否可写。") from fault
    return Store(folder / FILE, seed=seed)
