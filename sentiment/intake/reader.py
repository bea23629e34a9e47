"""Reading the files of an export: encoding, line numbers, and what a database cannot store."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sentiment.intake.layouts import FileKind, Header, recognise
from weibo_ops.kernel.errors import EnvironmentFault, UsageError

csv.field_size_limit(10_000_000)


@dataclass(frozen=True)
class SourceFile:
    """One recognised file of the folder."""

    path: Path
    kind: FileKind
    digest: str
    size: int
    encoding: str


@dataclass(frozen=True)
class SourceFolder:
    """The recognised files in the order of import, the names of the others, and a digest of all contents."""

    path: Path
    files: tuple[SourceFile, ...]
    ignored: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Line:
    """A data row with the numbers of its first and last line in the file and the bytes read so far."""

    number: int
    last: int
    cells: Sequence[str]
    position: int


def open_folder(folder: Path) -> SourceFolder:
    """Recognise the CSV files of a folder by their headers.

    Raises:
        UsageError: the folder does not exist or holds no file of a known layout.
        EnvironmentFault: a file cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"找不到文件夹“{folder}”。", next_step="请检查路径,应为导出文件所在的文件夹。")
    files: list[SourceFile] = []
    ignored: list[str] = []
    for path in sorted(folder.glob("*.csv"), key=lambda item: item.name):
        file = _identify(path)
        if file is None:
            ignored.append(path.name)
        else:
            files.append(file)
    if not files:
        raise UsageError(
            f"文件夹“{folder.name}”中没有可识别的导出文件。",
            next_step="应含 users.csv、roster.csv、<用户id>.csv 或 <昵称>_comments.csv。",
        )
    order = list(FileKind)
    files.sort(key=lambda file: (order.index(file.kind), file.path.name))
    whole = hashlib.sha256("\n".join(f"{file.path.name} {file.digest}" for file in files).encode()).hexdigest()
    return SourceFolder(folder, tuple(files), tuple(ignored), whole)


def _identify(path: Path) -> SourceFile | None:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise EnvironmentFault(f"无法读取文件“{path.name}”。", next_step="请检查文件权限。") from fault
    encoding = _encoding(path.name, data)
    first = next(csv.reader(io.StringIO(data[:20_000].decode(encoding, "ignore"))), [])
    header = recognise(first)
    if header is None:
        return None
    return SourceFile(path, header.kind, hashlib.sha256(data).hexdigest(), len(data), encoding)


def _encoding(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UsageError(f"文件“{name}”的编码无法识别。", next_step="请另存为 UTF-8 编码后重新导入。")


def read_lines(file: SourceFile) -> Iterator[tuple[Header, Line]]:
    """Yield the data rows of a file with its header; blank lines are passed over.

    NUL becomes U+FFFD, since PostgreSQL cannot hold it in text; everything else stays as it came.

    Raises:
        UsageError: the file cannot be read as CSV from some line on.
    """
    with file.path.open("rb") as raw, io.TextIOWrapper(raw, encoding=file.encoding, newline="") as stream:
        reader = csv.reader(_without_nul(stream))
        header = recognise(next(reader, []))
        if header is None:
            return
        start = reader.line_num + 1
        try:
            for cells in reader:
                number, start = start, reader.line_num + 1
                if cells:
                    yield header, Line(number, start - 1, cells, raw.tell())
        except csv.Error:
            raise UsageError(
                f"文件“{file.path.name}”从第{start}行起无法按 CSV 读取,像是引号不成对;此前各行已导入。",
                next_step="请改正该行后再次导入,已导入的行不会重复。",
            ) from None


def _without_nul(stream: io.TextIOWrapper) -> Iterator[str]:
    for line in stream:
        yield line.replace("\0", "\ufffd") if "\0" in line else line
