"""Secrets at rest: tokens and the application's secret, encrypted with a key that lies in the home.

The key is a file beside the database, not in it: whoever copies the database alone can post for nobody. What is sealed
names whose it is, so that a row moved to another account opens for nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from weibo_ops.kernel.errors import EnvironmentFault, RefusedError
from weibo_ops.kernel.private_file import read_private, write_private

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_FILE = "platform.key"


class Seal:
    """Encrypts and decrypts with the key in a file, which is made when something is first to be sealed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / KEY_FILE

    def close_up(self, owner: str, secret: str) -> str:
        """Encrypt a secret for its owner; call it inside a write transaction, so that two do not make two keys.

        Raises:
            RefusedError: the key file is not private, or holds no key.
            EnvironmentFault: the key cannot be written.
        """
        return self._cipher(make=True).encrypt(json.dumps({"for": owner, "is": secret}).encode()).decode("ascii")

    def open_up(self, owner: str, sealed: str) -> str:
        """Decrypt a secret of this owner.

        Raises:
            RefusedError: the key is missing, not private, or another one; or the secret is somebody else's.
        """
        from cryptography.fernet import InvalidToken

        cipher = self._cipher(make=False)
        with suppress(InvalidToken, ValueError, UnicodeError):
            found = json.loads(cipher.decrypt(sealed.encode("ascii")))
            if isinstance(found, Mapping) and found.get("for") == owner and isinstance(found.get("is"), str):
                return str(found["is"])
        raise RefusedError(
            f"密钥文件“{KEY_FILE}”已更换,或保存的授权被改动,无法解开。", next_step="请恢复原密钥文件,或重新授权。"
        )

    def _cipher(self, *, make: bool) -> Fernet:
        from cryptography.fernet import Fernet

        try:
            key = read_private(self._file)
        except RefusedError:
            raise RefusedError(
                f"密钥文件“{KEY_FILE}”可被他人读取或属于他人,未予采用。",
                next_step="请将其权限改为仅本人可读写(chmod 600),并考虑重新授权。",
            ) from None
        if key is None and self._file.exists():
            raise EnvironmentFault(f"密钥文件“{KEY_FILE}”无法读取。", next_step="请检查工作目录的权限。")
        if key is None:
            if not make:
                raise RefusedError(
                    f"工作目录中没有密钥文件“{KEY_FILE}”,保存的授权无法解开。",
                    next_step="请恢复该文件;无法恢复的,请重新登记应用并重新授权。",
                )
            key = Fernet.generate_key().decode("ascii")
            write_private(self._file, key)
        try:
            return Fernet(key)
        except ValueError:
            raise RefusedError(
                f"密钥文件“{KEY_FILE}”的内容不是密钥。",
                next_step="请恢复原文件;无法恢复的,删除该文件后重新登记应用并重新授权。",
            ) from None
