"""Reading the files of an export: encoding, line numbers, and what a database cannot store."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sentiment.intake.layouts import FileKind, Header, recognise
from weibo_ops.kernel.errors import EnvironmentFault, UsageError
from weibo_ops.kernel.ids import digest_text
from weibo_ops.kernel.tables import text_encoding

csv.field_size_limit(10_000_000)
LONGEST_NAME = 180
_BROKEN = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class SourceFile:
    """One recognised file of the folder; ``damaged`` when some of its bytes are no text in its encoding."""

    path: Path
    kind: FileKind
    digest: str
    size: int
    encoding: str
    damaged: bool

    @property
    def name(self) -> str:
        """The file's name as a database can hold it."""
        return plain_name(self.path)

    @property
    def stem(self) -> str:
        """The name without its suffix: the account's uid, where the file holds posts."""
        return Path(self.name).stem


@dataclass(frozen=True)
class SourceFolder:
    """The recognised files in the order of import, the names of the others, and a digest of all contents."""

    path: Path
    files: tuple[SourceFile, ...]
    ignored: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Line:
    """A data row with the numbers of its first and last line in the file and the bytes read so far.

    ``damaged`` when some of its bytes are no text; they stand in the cells as lone surrogates.
    """

    number: int
    last: int
    cells: Sequence[str]
    position: int
    damaged: bool = False


def open_folder(folder: Path) -> SourceFolder:
    """Recognise the CSV files of a folder by their headers.

    Raises:
        UsageError: the folder does not exist or holds no file of a known layout.
        EnvironmentFault: a file cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"找不到文件夹“{plain_name(folder)}”。", next_step="请检查路径,应为导出文件所在的文件夹。")
    files: list[SourceFile] = []
    ignored: list[str] = []
    tables = [path for path in folder.iterdir() if path.suffix.casefold() == ".csv" and not path.is_dir()]
    for path in sorted(tables, key=lambda item: item.name):
        file = _identify(path)
        if file is None:
            ignored.append(plain_name(path))
        else:
            files.append(file)
    if not files:
        raise UsageError(
            f"文件夹“{plain_name(folder)}”中没有可识别的导出文件。",
            next_step="应含 users.csv、roster.csv、<用户id>.csv 或 <昵称>_comments.csv。",
        )
    order = list(FileKind)
    files.sort(key=lambda file: (order.index(file.kind), file.name))
    whole = hashlib.sha256("\n".join(f"{file.name} {file.digest}" for file in files).encode()).hexdigest()
    return SourceFolder(folder, tuple(files), tuple(ignored), whole)


def plain_name(path: Path) -> str:
    """Return the last part of a path so that any database and terminal takes it.

    Bytes that are no UTF-8 (a name packed on another system) are spelled out; what is too long is cut and told apart
    by a digest.
    """
    name = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return name if len(name) <= LONGEST_NAME else f"{name[:120]}…{digest_text(name)[:16]}{path.suffix[:20]}"


def _identify(path: Path) -> SourceFile | None:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise EnvironmentFault(f"无法读取文件“{plain_name(path)}”。", next_step="请检查文件权限。") from fault
    encoding, damaged = text_encoding(plain_name(path), data)
    beginning = io.StringIO(data[:20_000].decode(encoding, "ignore"), newline="")
    header = recognise(next(csv.reader(beginning), []))
    if header is None:
        return None
    return SourceFile(path, header.kind, hashlib.sha256(data).hexdigest(), len(data), encoding, damaged)


def read_lines(file: SourceFile) -> Iterator[tuple[Header, Line]]:
    """Yield the data rows of a file with its header; blank lines are passed over.

    NUL becomes U+FFFD, since PostgreSQL cannot hold it in text; everything else stays as it came.

    Raises:
        UsageError: the file cannot be read as CSV from some line on.
    """
    errors = "surrogateescape" if file.damaged else "strict"
    with file.path.open("rb") as raw, io.TextIOWrapper(raw, file.encoding, errors, newline="") as stream:
        reader = csv.reader(_without_nul(stream))
        start = 1
        header: Header | None = None
        try:
            for cells in reader:
                number, start = start, reader.line_num + 1
                if header is None:
                    header = recognise(cells)
                    if header is None:
                        return
                elif cells:
                    damaged = file.damaged and any(_BROKEN.search(cell) for cell in cells)
                    yield header, Line(number, start - 1, cells, raw.tell(), damaged)
        except csv.Error:
            raise UsageError(
                f"文件“{file.name}”从第{start}行起无法按 CSV 读取,像是引号不成对;此前各行已导入。",
                next_step="请改正该行后再次导入,已导入的行不会重复。",
            ) from None


def _without_nul(stream: io.TextIOWrapper) -> Iterator[str]:
    for line in stream:
        yield line.replace("\0", "\ufffd") if "\0" in line else line
