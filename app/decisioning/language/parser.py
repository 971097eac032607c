"""Tokens to a tree, by precedence: or < and < not < comparison < + - < * < sign < call."""

from app.decisioning.language.lexer import ExpressionError, Token, tokens
from app.decisioning.language.syntax import (
    Between,
    Binary,
    Call,
    Conditional,
    Expression,
    Membership,
    MissingTest,
    Name,
    Nothing,
    Number,
    Text,
    Truth,
    Unary,
)
from app.decisioning.language.types import scaled

MAX_DEPTH = 40

_COMPARISONS = frozenset(["=", "!=", "<", "<=", ">", ">="])


def parse(text: str) -> Expression:
    """The tree of one expression; ExpressionError says what was expected where."""
    parser = _Parser(tokens(text))
    tree = parser.expression()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _at(self, *texts: str) -> bool:
        return self._token.kind in ("word", "symbol") and self._token.text in texts

    def _accept(self, text: str) -> Token | None:
        return self._advance() if self._at(text) else None

    def _expect(self, text: str) -> Token:
        if not self._at(text):
            raise self._unexpected(f"{text!r}")
        return self._advance()

    def _unexpected(self, wanted: str) -> ExpressionError:
        got = "the expression ends" if self._token.kind == "end" else f"there is {self._token.text!r}"
        return ExpressionError(f"{wanted} expected, but {got}", self._token.at)

    def expect_end(self) -> None:
        if self._token.kind != "end":
            raise self._unexpected("an operator or the end")

    def expression(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"nested deeper than {MAX_DEPTH}", self._token.at)
        tree = self._conditional() if self._at("if") else self._or()
        self._depth -= 1
        return tree

    def _conditional(self) -> Expression:
        at = self._expect("if").at
        condition = self.expression()
        self._expect("then")
        then = self.expression()
        self._expect("else")
        return Conditional(condition, then, self.expression(), at)

    def _or(self) -> Expression:
        tree = self._and()
        while token := self._accept("or"):
            tree = Binary("or", tree, self._and(), token.at)
        return tree

    def _and(self) -> Expression:
        tree = self._not()
        while token := self._accept("and"):
            tree = Binary("and", tree, self._not(), token.at)
        return tree

    def _not(self) -> Expression:
        if token := self._accept("not"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise ExpressionError(f"nested deeper than {MAX_DEPTH}", token.at)
            tree = Unary("not", self._not(), token.at)
            self._depth -= 1
            return tree
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._sum()
        token = self._token
        if token.kind == "symbol" and token.text in _COMPARISONS:
            self._advance()
            return Binary(token.text, left, self._sum(), token.at)
        if self._accept("is"):
            negated = self._at("present")
            if not self._at("missing", "present"):
                raise self._unexpected("'missing' or 'present'")
            self._advance()
            return MissingTest(left, negated, token.at)
        if self._accept("between"):
            low = self._sum()
            self._expect("and")
            return Between(left, low, self._sum(), token.at)
        if self._at("in") or (self._at("not") and self._tokens[self._next + 1].text == "in"):
            negated = self._accept("not") is not None
            self._expect("in")
            return Membership(left, self._members(), negated, token.at)
        return left

    def _members(self) -> tuple[Expression, ...] | Name:
        if self._token.kind == "name":
            token = self._advance()
            return Name(token.text, token.at)
        self._expect("[")
        members = [self.expression()]
        while self._accept(","):
            members.append(self.expression())
        self._expect("]")
        return tuple(members)

    def _sum(self) -> Expression:
        tree = self._product()
        while self._at("+", "-"):
            token = self._advance()
            tree = Binary(token.text, tree, self._product(), token.at)
        return tree

    def _product(self) -> Expression:
        tree = self._signed()
        while token := self._accept("*"):
            tree = Binary("*", tree, self._signed(), token.at)
        return tree

    def _signed(self) -> Expression:
        if token := self._accept("-"):
            return Unary("-", self._atom(), token.at)
        return self._atom()

    def _atom(self) -> Expression:
        token = self._token
        if self._accept("("):
            tree = self.expression()
            self._expect(")")
            return tree
        if self._at("true", "false"):
            return Truth(self._advance().text == "true", token.at)
        if self._accept("missing"):
            return Nothing(token.at)
        if token.kind == "text":
            return Text(self._advance().text, token.at)
        if token.kind == "number":
            value = scaled(self._advance().text)
            if value is None:
                raise ExpressionError(f"{token.text} has too many digits", token.at)
            return Number(*value, token.at)
        if token.kind == "name":
            self._advance()
            return self._call(token) if self._at("(") else Name(token.text, token.at)
        raise self._unexpected("a value")

    def _call(self, name: Token) -> Expression:
        self._expect("(")
        arguments: list[Expression] = []
        if not self._at(")"):
            arguments.append(self.expression())
            while self._accept(","):
                arguments.append(self.expression())
        self._expect(")")
        return Call(name.text, tuple(arguments), name.at)
