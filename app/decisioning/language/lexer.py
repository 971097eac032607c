"""Text to tokens."""

import re
from dataclasses import dataclass
from typing import Literal

from app.errors import StrategyError

MAX_LENGTH = 2_000

TokenKind = Literal["number", "text", "name", "word", "symbol", "end"]

KEYWORDS = frozenset(
    ["and", "or", "not", "if", "then", "else", "in", "between", "is", "missing", "present", "true", "false"]
)

_TOKEN = re.compile(
    r"(?P<space>[ \t\n]+)"
    r"|(?P<number>\d+(?:\.\d+)?)"
    r'|(?P<text>"[^"\\\n]*")'
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol><=|>=|!=|[-+*=<>(),\[\]])"
)


class ExpressionError(StrategyError):
    """An expression is refused; `at` is the 0-based column in its text."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Every token, then one of kind "end". Words of the language are "word", other identifiers "name"."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression of {len(text)} characters; at most {MAX_LENGTH} are allowed", 0)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"{text[at]!r} has no meaning in an expression", at)
        kind, lexeme = match.lastgroup, match.group()
        if kind == "number":
            found.append(Token("number", lexeme, at))
        elif kind == "text":
            found.append(Token("text", lexeme[1:-1], at))
        elif kind == "name":
            found.append(Token("word" if lexeme in KEYWORDS else "name", lexeme, at))
        elif kind == "symbol":
            found.append(Token("symbol", lexeme, at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found
