"""What an author states of a strategy, in sentences:

    annual_rate does not rise when bureau_score rises while product = "StudentLoan"
    segment does not improve when at57s rises
    always amount <= requested_amount
    never outcome = "APPROVE" while segment = "RED"
    never outcome = "DECLINE" for BELOW_MINIMUM alone while segment = "GREEN"

Names are those of the flow; a name of the offers makes the statement one about every offer. Names that the flow works
out may be what rises, too: then they are taken as given, and all that they are worked out from stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.decisioning.language import checker
from app.decisioning.language.core import Constant, Core, Not, names_in
from app.decisioning.language.lexer import ExpressionError
from app.decisioning.language.types import BOOLEAN, Type
from app.decisioning.language.values import suggestion
from app.decisioning.proof.names import Types
from app.errors import StrategyError

_TREND = re.compile(
    r"^(\w+) (?:does not (rise|fall|improve|worsen|change)|never (rises|falls|improves|worsens|changes)) "
    r"when (\w+) (rises|falls|improves|worsens|changes)$"
)
_BOUND = re.compile(r"^(always|never) (.+?)(?: for ([A-Z][A-Z0-9_]*)( alone)?)?$")
_UP = {"rise": 1, "improve": 1, "fall": -1, "worsen": -1, "change": 0}

Orders = Mapping[str, Sequence[str]]           # name -> its texts, worst first


@dataclass(frozen=True, slots=True)
class Bound:
    """`condition` never holds where `given` does: on the way to a decision, or of any offer. With a `code`, only
    decisions with that reason count; `alone`: with no other."""

    text: str
    condition: Core
    given: Core | None
    of_offers: bool
    code: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """Two inputs alike but for a driver that is higher in the second: `target` must not rise (1), fall (-1) or differ
    (0) from the first to the second. Compared only where both have a target."""

    text: str
    target: str
    forbidden: int
    driver: str
    given: Core | None
    of_offers: bool
    orders: Orders


Statement = Bound | Trend


def parse_statement(text: str, names: Types, offer_names: Types, orders: Orders) -> Statement:
    """The statement; StrategyError says what cannot be stated, without a place."""
    sentence, given_text = _split_while(" ".join(text.split()))
    known = {**names, **offer_names}
    given = None if given_text is None else _condition(given_text, known)
    if found := _TREND.match(sentence):
        target, plain, inflected, driver, moves = found.groups()
        words = (plain or inflected[:-1], moves[:-1])
        _check_trend({target: words[0], driver: words[1]}, known, orders)
        forbidden = _UP[words[0]] * (-1 if _UP[words[1]] < 0 else 1)
        read = {target, driver, *(names_in(given) if given is not None else ())}
        return Trend(text, target, forbidden, driver, given, not read <= set(names), orders)
    if found := _BOUND.match(sentence):
        kind, condition, code, alone = found.groups()
        if code is not None and kind == "always":
            raise StrategyError("reasons go with `never ... for CODE`")
        core = _condition(condition, known)
        read = {*names_in(core), *(names_in(given) if given is not None else ())}
        of_offers = not read <= set(names)
        if of_offers and code is not None:
            raise StrategyError("reasons are those of the decision: leave names of the offers out")
        return Bound(text, core if kind == "never" else Not(core), given, of_offers, code, bool(alone))
    raise StrategyError(
        "this is no statement; write `NAME does not rise when NAME falls`, `always CONDITION` or `never CONDITION`, "
        "each with `while CONDITION` if it holds only there"
    )


def _split_while(sentence: str) -> tuple[str, str | None]:
    """At the word `while`, if it stands outside quotes."""
    quoted = False
    for at, letter in enumerate(sentence):
        quoted ^= letter == '"'
        if not quoted and sentence.startswith(" while ", at):
            return sentence[:at], sentence[at + len(" while ") :]
    return sentence, None


def _condition(text: str, names: Types) -> Core:
    try:
        core = checker.check(text, names)
    except ExpressionError as error:
        raise StrategyError(f"{error}\n    {text}\n    {' ' * error.at}^") from None
    if core.type != BOOLEAN or isinstance(core, Constant):
        raise StrategyError(f"{text!r} is {core.type}; a condition is true or false, and not always the same")
    return core


def _check_trend(words: Mapping[str, str], known: Types, orders: Orders) -> None:
    """What the target must not do, and what the driver does."""
    for name, word in words.items():
        if name not in known:
            raise StrategyError(f"{name!r} is not known here{suggestion(name, known)}")
        _check_order(name, known[name], word, orders)
    if len(words) == 1:
        raise StrategyError("two names are needed: what moves, and what must not follow it")
    verb, moves = words.values()
    if moves == "change" and verb != "change":
        raise StrategyError("when something changes either way, the other can only be said not to change")


def _check_order(name: str, type_: Type, word: str, orders: Orders) -> None:
    """Numbers and dates rise and fall; texts improve and worsen, in the order that the file gives."""
    if word == "change":
        return
    if type_.kind in ("number", "date"):
        if word in ("improve", "worsen"):
            raise StrategyError(f"{name} is {type_}: it rises or falls")
    elif type_.kind == "text" and name not in orders:
        raise StrategyError(f"nothing says which {name} is better: list its values under `orders`, the worst first")
    elif type_.kind not in ("text", "boolean"):
        raise StrategyError(f"{name} is {type_}, which neither rises nor falls")
