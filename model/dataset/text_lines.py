"""Lines of a text file whose bytes may be damaged: UTF-8, with cp1252 for what is not."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_HANDLER = "mailroom.cp1252"


class TextLine(NamedTuple):
    """A line with its line end; ``repaired`` if bytes of it were not UTF-8."""

    text: str
    repaired: bool


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_HANDLER, _as_cp1252)


def decoded(data: bytes) -> TextLine:
    """Bytes as text: strict UTF-8 where they are, cp1252 for each byte that is not.

    Per byte and not per file: an export that cuts a field in the middle of a character, or joins two systems' rows,
    keeps the umlauts of all the rest.
    """
    try:
        return TextLine(data.decode("utf-8"), False)
    except UnicodeDecodeError:
        return TextLine(data.decode("utf-8", _HANDLER), True)


def text_lines(stream: BinaryIO, *, start: bytes) -> Iterator[TextLine]:
    """The lines of ``stream``, split at line feeds only; ``start`` is a look at its first bytes.

    A byte order mark is dropped; one of UTF-16 (spreadsheets write it) makes the whole file UTF-16.
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wide = io.TextIOWrapper(stream, encoding="utf-16", errors="replace", newline="\n")
        yield from (TextLine(line, "\ufffd" in line) for line in wide)
        return
    if start.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
    yield from (decoded(line) for line in stream)
