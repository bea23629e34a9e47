"""The call: what of a post is given to the platform, and by which of its entrances."""

from __future__ import annotations

from accounts.platform import ErrorClass, PlatformError
from accounts.platform.replies import Status
from accounts.platform.session import PlatformSession
from publishing.fingerprint import Manuscript
from weibo_ops.kernel.text import weibo_length
from weibo_ops.kernel.vault import Vault

FOLDED = 140
"""Characters up to which a post needs no leave to be long."""
PICTURES = 1
"""Pictures that the platform's interface takes with one post."""


def entrance(manuscript: Manuscript) -> str:
    """Return the platform's name of the call by which a manuscript goes out."""
    if manuscript.gateway == "share":
        return "statuses/share"
    return "statuses/upload" if manuscript.media else "statuses/update"


def picture_of(manuscript: Manuscript, vault: Vault) -> tuple[bytes | None, str]:
    """Return the picture of a manuscript and its name; None where it has none.

    Raises:
        NotFoundError: it is not there, or was changed.
    """
    if not manuscript.media:
        return None, ""
    first = manuscript.media[0]
    return vault.path(first.digest).read_bytes(), first.name


def send(session: PlatformSession, manuscript: Manuscript, picture: bytes | None, name: str) -> Status:
    """Give a post to the platform, once.

    Args:
        session: of the account.
        manuscript: what goes out, word for word.
        picture, name: from `picture_of`.

    Raises:
        PlatformError: it did not succeed; ``may_exist`` says whether it may be there nevertheless.
    """
    if len(manuscript.media) > PICTURES or any(each.kind != "图片" for each in manuscript.media):
        raise PlatformError(ErrorClass.CONTENT_REJECTED, message="接口一次只能发一张图片", sent=False)
    if manuscript.gateway == "share":
        return session.share(manuscript.text, picture=picture, picture_name=name)
    if manuscript.gateway != "commercial":
        raise PlatformError(ErrorClass.APP_CONFIG, message="此发布方式由人工发布", sent=False)
    long = weibo_length(manuscript.text) > FOLDED
    wanted = "upload" if picture is not None else "update"
    if wanted not in session.capabilities or (long and "long" not in session.capabilities):
        raise PlatformError(ErrorClass.APP_CONFIG, message="本账号的应用没有高级发布接口权限", sent=False)
    if picture is not None:
        return session.upload(manuscript.text, picture, picture_name=name)
    return session.update(manuscript.text, long=long)
