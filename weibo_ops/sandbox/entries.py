"""What the administration of the stand-in takes: typed, with every fault named."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from weibo_ops.kernel.errors import UsageError

T = TypeVar("T")


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[1-9][0-9]{0,18}$")]
"""A uid or the number of a post or comment: digits, as text or JSON number."""


class Entry(BaseModel):
    """Base: an unknown field is a fault, for it is a misspelt one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class App(Entry):
    """An application as registered with the platform, and how strictly it is treated.

    Limits are counted per clock hour or day of Beijing time; ``None`` means unlimited.
    """

    key: str = Field("sandbox-key", min_length=1)
    secret: str = "sandbox-secret"  # noqa: S105 - the published secret of a stand-in
    redirect_uri: str = "http://127.0.0.1/callback"
    safe_domains: tuple[str, ...] = ("sandbox.example.gov.cn",)
    audited: bool = True
    test_accounts: tuple[Number, ...] = ()
    can_update: bool = False
    require_rip: bool = True
    sensitive_words: tuple[str, ...] = ("沙箱敏感词",)
    advertising_words: tuple[str, ...] = ("沙箱广告词",)
    url_objects: bool = True
    show_deleted: bool = False
    owner_uid: str = ""
    token_seconds: int | None = Field(None, gt=0)
    calls_per_day: int | None = Field(100, ge=0)
    posts_per_hour: int | None = Field(30, ge=0)
    comments_per_hour: int | None = Field(60, ge=0)
    calls_per_ip_hour: int | None = Field(15000, ge=0)

    @property
    def lifetime(self) -> int:
        """Seconds that a token of this application is good for: one day while it is not audited, else thirty."""
        return self.token_seconds or (30 * 86400 if self.audited else 86400)


class User(Entry):
    """A user of the platform; counts are what they stood at before the stand-in began to count."""

    uid: Number
    screen_name: str = Field(min_length=1)
    verified: bool = False
    verified_type: int = -1
    verified_reason: str = ""
    description: str = ""
    location: str = ""
    province: str = "11"
    city: str = "1"
    gender: str = "m"
    domain: str = ""
    profile_image_url: str = ""
    created_at: AwareDatetime | None = None
    followers_count: int = 0
    friends_count: int = 0
    statuses_count: int = 0


class Token(Entry):
    """A token made without the browser: for a uid, good for a number of seconds (which may be past)."""

    uid: Number
    expires_in: int = 30 * 86400
    key: str = ""
    token: str = ""


class OutsideStatus(Entry):
    """A post that somebody published by other means than this interface."""

    uid: Number
    text: str = Field(min_length=1)
    created_at: AwareDatetime | None = None
    source: str = "微博网页版"
    reposts: int = 0
    attitudes: int = 0


class StatusEdit(Entry):
    """What changes on a post: its text (it counts as edited), its counts."""

    text: str | None = Field(None, min_length=1)
    reposts: int | None = Field(None, ge=0)
    attitudes: int | None = Field(None, ge=0)


class OutsideComment(Entry):
    """A citizen's comment; a hidden one is counted and never listed."""

    status: Number
    uid: Number
    text: str = Field(min_length=1)
    created_at: AwareDatetime | None = None
    reply_to: Number | None = None
    hidden: bool = False


def read_one(kind: type[T], value: Any) -> T:
    """Return a value as an entry.

    Raises:
        UsageError: it does not fit; every fault is named.
    """
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as fault:
        words = [f"{'.'.join(map(str, found['loc'])) or '整体'}({found['msg']})" for found in fault.errors()]
        raise UsageError(f"内容不合要求:{'、'.join(words)}。", next_step="请按沙箱说明逐项核对字段。") from None


def read_many(kind: type[T], value: Any) -> list[T]:
    """Return one entry or a list of entries as a list; all or none.

    Raises:
        UsageError: one does not fit.
    """
    return [read_one(kind, item) for item in (value if isinstance(value, list) else [value])]


def seconds(instant: datetime | None, otherwise: float) -> float:
    """Return an instant as seconds since 1970."""
    return otherwise if instant is None else instant.timestamp()
