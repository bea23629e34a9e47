"""``/sandbox/*``: who sets the stage, and who looks at what really happened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from weibo_ops.kernel.errors import NotFoundError, UsageError, WeiboOpsError
from weibo_ops.sandbox import texts
from weibo_ops.sandbox.entries import (
    App,
    OutsideComment,
    OutsideStatus,
    StatusEdit,
    Token,
    User,
    read_many,
    read_one,
    seconds,
)
from weibo_ops.sandbox.faults import Faults, read_plan
from weibo_ops.sandbox.store import Store
from weibo_ops.sandbox.turn import FIRST_BODY
from weibo_ops.sandbox.wire import Call, Reply, iso, json_reply

OUTSIDE = "outside"
"""Endpoint in the ledger of a post that somebody published by other means."""


def answer(store: Store, faults: Faults, call: Call, at: float) -> Reply:
    """Answer a call of the administration in one transaction.

    What is wrong comes back as one Chinese sentence with status 400 or 404, and nothing of the call is done.
    """
    try:
        with store.transaction():
            return json_reply(_Desk(store, faults, call, at).route()())
    except NotFoundError as error:
        return json_reply({"error": str(error)}, 404)
    except WeiboOpsError as error:
        return json_reply({"error": str(error)}, 400)


class _Desk:
    """One call of the administration."""

    def __init__(self, store: Store, faults: Faults, call: Call, at: float) -> None:
        self.store = store
        self.faults = faults
        self.call = call
        self.at = at
        self.words = call.path.strip("/").split("/")[1:]

    def route(self) -> Callable[[], Any]:
        """Return what the call asks for.

        Raises:
            NotFoundError: there is no such thing here.
        """
        match self.call.method, *self.words:
            case "GET", *rest if not rest:
                return self.overview
            case "GET", "ledger":
                return self.ledger
            case "GET", "calls":
                return self.calls
            case "GET", "faults":
                return self.faults.report
            case "PUT", "faults":
                return self.set_faults
            case "DELETE", "faults":
                return self.clear_faults
            case "GET", "app":
                return lambda: self.store.first_app().model_dump(mode="json")
            case "PUT", "app":
                return self.put_app
            case "GET", "users":
                return lambda: {"users": [user.model_dump(mode="json") for user in self.store.users()]}
            case "POST", "users":
                return self.put_users
            case "POST", "tokens":
                return self.make_tokens
            case "GET", "statuses":
                return self.statuses
            case "POST", "statuses":
                return self.post_outside
            case "POST", "statuses", number, "edit":
                return lambda: self.edit(self._status(number))
            case ("POST", "statuses", number, "delete") | ("DELETE", "statuses", number):
                return lambda: self.delete(self._status(number))
            case "POST", "comments":
                return self.comment_outside
            case ("POST", "comments", number, "delete") | ("DELETE", "comments", number):
                return lambda: self.delete_comment(number)
        raise NotFoundError(f"沙箱没有此项:{self.call.method} {self.call.path}。", next_step="请查阅沙箱说明。")

    def overview(self) -> dict[str, Any]:
        """Say who is here and how much happened."""
        tables = ("users", "statuses", "comments", "ledger", "calls")
        counts = {name: self.store.value(f"SELECT count(*) FROM {name}") for name in tables}  # noqa: S608 - a constant
        return {"sandbox": "weibo-ops", "now": iso(self.at), "key": self.store.first_app().key, **counts}

    def ledger(self) -> dict[str, Any]:
        """Return every post that really got published, in order."""
        rows = self._since("ledger")
        return {"posts": [{**dict(row), "at": iso(row["at"])} for row in rows], "total_number": self._total("ledger")}

    def calls(self) -> dict[str, Any]:
        """Return every call and how it ended."""
        rows = self._since("calls")
        return {"calls": [{**dict(row), "at": iso(row["at"])} for row in rows], "total_number": self._total("calls")}

    def set_faults(self) -> dict[str, Any]:
        """Put a plan in force."""
        self.faults.set(read_plan(self._body()))
        return self.faults.report()

    def clear_faults(self) -> dict[str, Any]:
        """Spoil nothing any more."""
        self.faults.set(read_plan([]))
        return self.faults.report()

    def put_app(self) -> dict[str, Any]:
        """Change the application; fields not named stay as they are. Another key registers another application."""
        body = self._body()
        if not isinstance(body, dict):
            raise UsageError("应用设置应为一个 JSON 对象。")
        before = self.store.app(str(body.get("key", ""))) or self.store.first_app()
        app = read_one(App, {**before.model_dump(), **body})
        self.store.put_app(app)
        return app.model_dump(mode="json")

    def put_users(self) -> dict[str, Any]:
        """Register users."""
        users = read_many(User, self._body())
        for user in users:
            self.store.put_user(user)
        return {"users": [user.uid for user in users]}

    def make_tokens(self) -> Any:
        """Make tokens without a browser; one for one, a list for a list."""
        body = self._body()
        made = []
        for wanted in read_many(Token, body):
            app = self.store.app(wanted.key) if wanted.key else self.store.first_app()
            if app is None:
                raise NotFoundError(f"没有应用“{wanted.key}”。", next_step="请先 PUT /sandbox/app。")
            self._user(wanted.uid)
            token = self.store.issue(app.key, wanted.uid, self.at, wanted.expires_in, wanted.token)
            made.append({"uid": wanted.uid, "access_token": token, "expires_in": wanted.expires_in})
        return made if isinstance(body, list) else made[0]

    def statuses(self) -> dict[str, Any]:
        """Return the posts of ``uid=`` (of everybody without it), deleted and not yet visible ones as well."""
        uid = self.call.params.get("uid", "")
        rows = self.store.rows("SELECT * FROM statuses WHERE ?1 = '' OR uid = ?1 ORDER BY id", (uid,))
        return {"statuses": [self._shown(row) for row in rows]}

    def post_outside(self) -> Any:
        """Publish posts by other means than the interface."""
        body = self._body()
        made = [self._post(entry) for entry in read_many(OutsideStatus, body)]
        return made if isinstance(body, list) else made[0]

    def _post(self, entry: OutsideStatus) -> dict[str, Any]:
        self._user(entry.uid)
        created = seconds(entry.created_at, self.at)
        number = self.store.old_number(created) if entry.created_at else self.store.new_number(created)
        text, links = texts.shortened(entry.text)
        self.store.add_status(
            number=number,
            uid=entry.uid,
            key="",
            source=entry.source,
            sent=entry.text,
            text=text,
            links=links,
            picture=False,
            long=texts.too_long(text, FIRST_BODY),
            created=created,
            visible=None,
            endpoint=OUTSIDE,
            source_ip="",
            rip="",
        )
        self.store.run(
            "UPDATE statuses SET reposts = ?, attitudes = ? WHERE id = ?", (entry.reposts, entry.attitudes, number)
        )
        return self._shown(self._status(str(number)))

    def edit(self, row: sqlite3.Row) -> dict[str, Any]:
        """Change a post."""
        change = read_one(StatusEdit, self._body())
        if change.text is not None:
            text, links = texts.shortened(change.text)
            self.store.run(
                "UPDATE statuses SET text = ?, links = json(?), long = ?, edits = edits + 1 WHERE id = ?",
                (text, _json(links), texts.too_long(text, FIRST_BODY), row["id"]),
            )
        for column, value in (("reposts", change.reposts), ("attitudes", change.attitudes)):
            if value is not None:
                self.store.run(f"UPDATE statuses SET {column} = ? WHERE id = ?", (value, row["id"]))  # noqa: S608 - a column's name
        return self._shown(self._status(str(row["id"])))

    def delete(self, row: sqlite3.Row) -> dict[str, Any]:
        """Delete a post."""
        if row["deleted"] is None:
            self.store.run("UPDATE statuses SET deleted = ? WHERE id = ?", (self.at, row["id"]))
            self.store.run("UPDATE users SET posts = posts - 1 WHERE uid = ?", (row["uid"],))
        return self._shown(self._status(str(row["id"])))

    def comment_outside(self) -> Any:
        """Write citizens' comments."""
        body = self._body()
        made = [self._comment(entry) for entry in read_many(OutsideComment, body)]
        return made if isinstance(body, list) else made[0]

    def _comment(self, entry: OutsideComment) -> dict[str, str]:
        status = self._status(entry.status)
        self._user(entry.uid)
        answered = None
        if entry.reply_to is not None:
            answered = self.store.row("SELECT * FROM comments WHERE id = ?", (int(entry.reply_to),))
            if answered is None:
                raise NotFoundError(f"没有评论 {entry.reply_to}。")
        created = seconds(entry.created_at, self.at)
        number = self.store.old_number(created) if entry.created_at else self.store.new_number(created)
        self.store.run(
            "INSERT INTO comments (id, status, owner, uid, text, created, hidden, reply_to, to_uid, root)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                status["id"],
                status["uid"],
                entry.uid,
                entry.text,
                created,
                entry.hidden,
                answered["id"] if answered else None,
                answered["uid"] if answered else None,
                (answered["root"] or answered["id"]) if answered else None,
            ),
        )
        return {"idstr": str(number), "status": str(status["id"])}

    def delete_comment(self, number: str) -> dict[str, str]:
        """Delete a comment."""
        if not self.store.value("SELECT 1 FROM comments WHERE id = ?", (_whole(number),)):
            raise NotFoundError(f"没有评论 {number[:20]}。")
        self.store.run("UPDATE comments SET deleted = ? WHERE id = ?", (self.at, _whole(number)))
        return {"idstr": number}

    def _body(self) -> Any:
        try:
            return self.call.json()
        except ValueError:
            raise UsageError("请求内容不是 JSON。", next_step="请以 UTF-8 的 JSON 提交。") from None

    def _status(self, number: str) -> sqlite3.Row:
        found = self.store.status(_whole(number))
        if found is None:
            raise NotFoundError(f"没有微博 {number[:20]}。")
        return found

    def _user(self, uid: str) -> User:
        found = self.store.user(uid)
        if found is None:
            raise NotFoundError(f"没有用户 {uid}。", next_step="请先 POST /sandbox/users。")
        return found

    def _since(self, table: str) -> list[sqlite3.Row]:
        params = self.call.params
        return self.store.rows(
            f"SELECT * FROM {table} WHERE seq > ? ORDER BY seq LIMIT ?",  # noqa: S608 - a table's name
            (_whole(params.get("since", "0")), _whole(params.get("limit", "0")) or -1),
        )

    def _total(self, table: str) -> int:
        return int(self.store.value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a table's name

    def _shown(self, row: sqlite3.Row) -> dict[str, Any]:
        return {
            "idstr": str(row["id"]),
            "uid": row["uid"],
            "text_sent": row["sent"],
            "text_stored": row["text"],
            "created_at": iso(row["created"]),
            "visible_at": iso(row["created"] if row["visible"] is None else row["visible"]),
            "deleted": row["deleted"] is not None,
            "edits": row["edits"],
            "reposts": row["reposts"],
            "attitudes": row["attitudes"],
        }


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _json(value: object) -> str:
    import json

    return json.dumps(value)
