"""Ways of breaking a YAML file: slips of a person, of a disk, and what somebody would do on purpose."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

Breakage = Callable[[Random, str], bytes]

_NUMBERS = (
    "1e999", "-1e400", "9" * 400, "0." + "0" * 300 + "1", "1_000", "0x10", "0o17", ".5", "5.", "-0", "+3", "NaN",
    ".inf", "\uff11\uff12", "1e5", "9" * 19, "9" * 18 + "." + "9" * 12, "1/0", "--1", "1..2",
)  # fmt: skip
_DATES = ("0000-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "0001-01-01T00:00:00Z",
          "9999-12-31T23:59:59.999Z", "2026-01-01T00:00:00+99:00")  # fmt: skip
_CELLS = (
    "[1..", "..", "[5..3]", "(1..1)", "not(not(5))", "not(missing)", "< ", "< <", "> a b", "missing, 5", "[a..b]",
    "not()", "any, any", "<= >= 5", "= round(1 / 0)", "= ", "[-9..9999999999999999999]", "true, false", "'", '""',
)  # fmt: skip
_WORDS = (
    "null", "~", "yes", "on", "<<", "{}", "[]", "|", ">", "!!python/object/apply:os.system [x]", "!x y", "%TAG", "---",
    "...", "? a", ": b", "@x", "`x`", "&a", "*a", "\ufeff", "\u2028", "\u0000", "\u0085", "\u202e",
)  # fmt: skip


def slice_dropped(rng: Random, text: str) -> bytes:
    start, end = _slice(rng, text)
    return (text[:start] + text[end:]).encode()


def slice_doubled(rng: Random, text: str) -> bytes:
    start, end = _slice(rng, text)
    return (text[:end] + text[start:]).encode()


def letters_changed(rng: Random, text: str) -> bytes:
    letters = list(text)
    for _ in range(rng.randint(1, 5)):
        letters[rng.randrange(len(letters))] = chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x2FFF))))
    return "".join(letters).encode("utf-8", "replace")


def bytes_changed(rng: Random, text: str) -> bytes:
    """A disk that fails."""
    content = bytearray(text.encode())
    for _ in range(rng.randint(1, 8)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def noise(rng: Random, text: str) -> bytes:
    """Another file altogether."""
    head = rng.choice((b"\x7fELF", b"PK\x03\x04", b"\xff\xfe", b"\x1f\x8b", b"", text.encode()[:100]))
    return head + rng.randbytes(rng.randint(0, 5_000))


def cut_off(rng: Random, text: str) -> bytes:
    return text.encode()[: rng.randrange(len(text))]


def value_replaced(rng: Random, text: str) -> bytes:
    """What stands after a colon, or in a list, becomes something that YAML or the language may trip over."""
    lines = text.split("\n")
    places = [k for k, line in enumerate(lines) if ": " in line or "- " in line]
    place = rng.choice(places)
    before, separator, _ = lines[place].partition(rng.choice([s for s in (": ", "- ", ", ") if s in lines[place]]))
    lines[place] = before + separator + rng.choice((*_NUMBERS, *_DATES, *_CELLS, *_WORDS))
    return "\n".join(lines).encode("utf-8", "replace")


def cell_replaced(rng: Random, text: str) -> bytes:
    """One of a row's quoted cells, or a word of it."""
    quoted = text.split('"')
    if len(quoted) < 3:
        return value_replaced(rng, text)
    place = rng.randrange(len(quoted) // 2) * 2 + 1
    quoted[place] = rng.choice((*_CELLS, *_NUMBERS, *_DATES)).replace('"', "")
    return '"'.join(quoted).encode()


def words_swapped(rng: Random, text: str) -> bytes:
    words = text.split(" ")
    for _ in range(rng.randint(1, 3)):
        a, b = rng.randrange(len(words)), rng.randrange(len(words))
        words[a], words[b] = words[b], words[a]
    return " ".join(words).encode()


def lines_moved(rng: Random, text: str) -> bytes:
    lines = text.split("\n")
    lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))
    return "\n".join(lines).encode()


def indented_otherwise(rng: Random, text: str) -> bytes:
    lines = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(lines))
        lines[place] = rng.choice(("\t", " ", "   ", "      ")) + lines[place].removeprefix(rng.choice(("", "  ")))
    return "\n".join(lines).encode()


def laughs(rng: Random, text: str) -> bytes:
    """A billion of them, each name ten times the one before."""
    names = [f"n{k}" for k in range(rng.randint(2, 30))]
    lines = [f"{names[0]}: &{names[0]} [x, x]"]
    lines += [f"{own}: &{own} [{', '.join([f'*{last}'] * 10)}]" for last, own in pairwise(names)]
    return "\n".join(rng.sample([*lines, text], len(lines) + 1)).encode()


def nested(rng: Random, text: str) -> bytes:
    depth = rng.choice((17, 200, 5_000, 100_000))
    opening, closing = rng.choice((("[", "]"), ("{a: ", "}"), ("- ", ""), ("(", ")"), ("not ", ""), ("- - ", "")))
    place = text.index(": ", rng.randrange(len(text) // 2)) + 2 if ": " in text[len(text) // 2 :] else 0
    return (text[:place] + opening * depth + "x" + closing * depth + text[place:]).encode()


def long_expression(rng: Random, text: str) -> bytes:
    """In the place of an expression, a cell, a name or a number."""
    size = rng.choice((50, 500, 20_000))
    made = rng.choice((
        " + ".join(["1"] * size), "(" * size + "1" + ")" * size, "not " * size + "true", "age" * size, "-" * size + "1",
        " and ".join(["age > 1"] * size), "if true then 1 else " * size + "2", "min(" * size + "1, 2" + ")" * size,
        '"' + "a" * size, "1 " * size, "round(" * size, "a.b" * size, "9" * size,
    ))  # fmt: skip
    lines = text.split("\n")
    place = rng.choice([k for k, line in enumerate(lines) if ": " in line])
    lines[place] = lines[place].split(": ")[0] + ": " + made
    return "\n".join(lines).encode()


def too_much(rng: Random, text: str) -> bytes:
    line = rng.choice(text.split("\n")) or "x"
    return (text + f"\n{line}" * rng.choice((100, 5_000, 60_000))).encode()


def keys_doubled(rng: Random, text: str) -> bytes:
    lines = text.split("\n")
    keys = [k for k, line in enumerate(lines) if line.rstrip().endswith(":") or ": " in line]
    place = rng.choice(keys)
    lines.insert(place, lines[place])
    return "\n".join(lines).encode()


def another_file(rng: Random, text: str) -> bytes:
    return rng.choice((
        b"", b"\n", b"[]", b"{}", b"null", b"a", b"- a", b"a: b", b"# only a comment\n", b"--- a\n--- b\n",
        b"? {a: b}\n: c", b"!!set {a, b}", b"%YAML 3.0\n---\na: b", text.encode("utf-16"),
        b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r").encode(), text.replace("\n", "\r\n").encode(),
    ))  # fmt: skip


def _slice(rng: Random, text: str) -> tuple[int, int]:
    start = rng.randrange(len(text))
    return start, min(len(text), start + rng.randint(1, 80))


BREAKAGES: tuple[Breakage, ...] = (
    slice_dropped, slice_doubled, letters_changed, bytes_changed, noise, cut_off, value_replaced, cell_replaced,
    words_swapped, lines_moved, indented_otherwise, laughs, nested, long_expression, too_much, keys_doubled,
    another_file,
)  # fmt: skip


def broken(rng: Random, text: str) -> tuple[str, bytes]:
    """How, and the file."""
    breakage = rng.choice(BREAKAGES)
    return breakage.__name__, breakage(rng, text)
