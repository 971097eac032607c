"""Messages that a service meets sooner or later: one of every kind of bad input, each with the reason it must get."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from app.contracts import reasons
from app.contracts.keys import librdkafka_default_partition, partition_of
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.demo.german_credit import card_number
from app.domain.application import LoanApplication

Seal = Callable[[str], str]
JsonObject = dict[str, Any]

_ONE_MEGABYTE = 1_000_000
_BRAND_TEST_CARD = "5555555555554444"          # the well-known test number of a card brand: valid, and nobody's


class BrokenMessage(Struct, frozen=True, kw_only=True):
    """What to send, where, and what must become of it."""

    what: str
    reason: str
    topic: str = LOAN_APPLICATIONS             # the contract's name of it
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None               # None: by murmur2 of the key


def broken_messages(valid: LoanApplication, seal: Seal, partitions: int) -> list[BrokenMessage]:
    """Every kind, each from a customer of its own; `valid` is what they would have been; `seal` takes any digits."""
    return [*_broken_bytes(), *_broken_fields(valid, seal), *_broken_keys(valid, partitions), *_other_topics()]


def _broken_bytes() -> list[BrokenMessage]:
    """Values that are no JSON object at all."""
    nest = b"[" * (_ONE_MEGABYTE // 2) + b"]" * (_ONE_MEGABYTE // 2)
    kinds: list[tuple[str, str, bytes | None]] = [
        ("not JSON", reasons.NOT_JSON, b"please lend me 1000 euro"),
        ("null bytes", reasons.NOT_JSON, b"\x00\x00\x00\x00"),
        ("1 MB of nesting", reasons.NESTED_TOO_DEEPLY, nest),
        ("empty value", reasons.EMPTY_VALUE, b""),
        ("tombstone", reasons.TOMBSTONE, None),
    ]
    return [
        BrokenMessage(what=what, reason=reason, key=_customer(what).encode(), value=value)
        for what, reason, value in kinds
    ]


def _broken_fields(valid: LoanApplication, seal: Seal) -> list[BrokenMessage]:
    """Applications with one thing wrong."""
    card = {"sealed_pan": seal(card_number(1)), "issuer_country": "DEU", "has_consent": True}
    wrong_check_digit = card_number(1)[:-1] + str((int(card_number(1)[-1]) + 1) % 10)
    fine = _body(valid, "unknown version")
    return [
        _application(valid, "amount as text", reasons.WRONG_TYPE, amount_minor="1000.00"),
        _application(valid, "no product", reasons.MISSING_FIELD, product=None),
        _application(valid, "negative amount", reasons.BAD_VALUE, amount_minor=-1),
        _application(valid, "absurd amount", reasons.BAD_VALUE, amount_minor=10**20),
        _application(valid, "unknown currency", reasons.BAD_VALUE, currency="DEM"),
        _application(valid, "unknown country", reasons.BAD_VALUE, card=card | {"issuer_country": "XXZ"}),
        _application(
            valid,
            "31 February",
            reasons.BAD_VALUE,
            applicant=msgspec.to_builtins(valid.applicant) | {"date_of_birth": "1980-02-31"},
        ),
        _application(
            valid, "card number in clear", reasons.PAN_IN_CLEAR, card=card | {"sealed_pan": _BRAND_TEST_CARD}
        ),
        _application(
            valid, "sealed, fails Luhn", reasons.PAN_INVALID, card=card | {"sealed_pan": seal(wrong_check_digit)}
        ),
        _application(valid, "sealed, too short", reasons.PAN_INVALID, card=card | {"sealed_pan": seal("79927398713")}),
        _application(valid, "unknown product", reasons.UNKNOWN_PRODUCT, product="YachtLoan"),
        BrokenMessage(
            what="unknown version",
            reason=reasons.UNKNOWN_VERSION,
            key=_customer("unknown version").encode(),
            value=msgspec.json.encode(fine),
            headers=(("ce_type", b"creditstream.loan-applications.v9"),),
        ),
        BrokenMessage(
            what="bomb of headers",
            reason=reasons.HEADERS,
            key=_customer("bomb of headers").encode(),
            value=msgspec.json.encode(_body(valid, "bomb of headers")),
            headers=tuple((f"x-{n}", b"x" * 64) for n in range(2_000)),
        ),
    ]


def _broken_keys(valid: LoanApplication, partitions: int) -> list[BrokenMessage]:
    """Good applications, sent the wrong way."""
    strayed = _customer_that_librdkafka_puts_elsewhere(partitions)
    messages = [
        BrokenMessage(
            what="no key", reason=reasons.KEY_MISSING, key=None, value=msgspec.json.encode(_body(valid, "no key"))
        ),
        BrokenMessage(
            what="key of somebody else",
            reason=reasons.KEY_MISMATCH,
            key=_customer("somebody else").encode(),
            value=msgspec.json.encode(_body(valid, "key of somebody else")),
        ),
    ]
    if strayed is not None:
        messages.append(
            BrokenMessage(
                what="librdkafka's partitioner",
                reason=reasons.WRONG_PARTITION,
                key=strayed.encode(),
                value=msgspec.json.encode(_body(valid, "strayed") | {"customer_id": strayed}),
                partition=librdkafka_default_partition(strayed.encode(), partitions),
            )
        )
    return messages


def _other_topics() -> list[BrokenMessage]:
    """The other inputs are no safer."""
    consent = {
        "kind": "REVOKED",
        "event_id": "broken-consent",
        "customer_id": _customer("consent"),
        "consent_id": "broken-consent",
    }
    response = {
        "event_id": "broken-response",
        "customer_id": _customer("response"),
        "application_id": "broken-response",
        "bureau": "EQUIFAX",
        "result": "HIT",
    }
    return [
        BrokenMessage(
            what="unknown kind of consent",
            reason=reasons.BAD_VALUE,
            topic=CONSENTS,
            key=_customer("consent").encode(),
            value=msgspec.json.encode(consent),
        ),
        BrokenMessage(
            what="hit without a report",
            reason=reasons.BAD_VALUE,
            topic=BUREAU_RESPONSES,
            key=_customer("response").encode(),
            value=msgspec.json.encode(response),
        ),
    ]


def _application(valid: LoanApplication, what: str, reason: str, **changes: object) -> BrokenMessage:
    """`valid` with some fields changed; a field changed to None is left out."""
    body = {name: value for name, value in (_body(valid, what) | changes).items() if value is not None}
    return BrokenMessage(what=what, reason=reason, key=_customer(what).encode(), value=msgspec.json.encode(body))


def _body(valid: LoanApplication, what: str) -> JsonObject:
    body: JsonObject = msgspec.to_builtins(valid)
    name = what.replace(" ", "-").replace(",", "").replace("'", "")
    return body | {"event_id": f"broken-{name}", "customer_id": _customer(what), "application_id": f"broken-{name}"}


def _customer(what: str) -> str:
    return "broken-" + what.replace(" ", "-").replace(",", "").replace("'", "")


def _customer_that_librdkafka_puts_elsewhere(partitions: int) -> str | None:
    """None where there is one partition only: nobody can stray."""
    for n in range(100):
        key = (name := f"broken-strayed-{n}").encode()
        if librdkafka_default_partition(key, partitions) != partition_of(key, partitions):
            return name
    return None
