"""The table's value of the Python peers that keep one: at most one of the two events waits in it."""

import msgspec
from msgspec import Struct

from benchmarks.portable.model import Answer, Application


class Case(Struct):
    """Of a decided case only the mark is left."""

    application: Application | None = None
    answer: Answer | None = None
    decided: bool = False


encode_case = msgspec.msgpack.Encoder().encode     # for the changelog
decode_case = msgspec.msgpack.Decoder(Case).decode
