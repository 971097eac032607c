"""Which type the events of each topic have. The types are the truth: schemas and classifications are held to them."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from app.contracts import names
from app.contracts.state import StoredCase
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import ConsentFile, Marker
from app.domain.consent import ConsentEvent
from app.domain.decision import BureauRequest, CreditOffers, DecisionMade, ScoreSegment


class DeadLetterHeaders(Struct, frozen=True, kw_only=True):
    """What a dead letter's headers say, each as text; its value is sealed bytes. CloudEvents headers come on top."""

    dl_topic: Annotated[str, Meta(description="The contract's name of the input topic.")]
    dl_partition: Annotated[str, Meta(pattern="^[0-9]+$")]
    dl_offset: Annotated[str, Meta(pattern="^[0-9]+$")]
    dl_timestamp: Annotated[str, Meta(pattern="^[0-9]+$", description="The record's, milliseconds since 1970.")]
    dl_reason: Annotated[str, Meta(pattern="^[A-Z_]+$", description="A stable code.")]
    dl_message: Annotated[str, Meta(description="Which field, what was expected; never a value.")]
    dl_hint: Annotated[str, Meta(description="What the sender can do.")]
    dl_preview: Annotated[str, Meta(description="The shape of the value: known field names and kinds of values.")]
    dl_size: Annotated[str, Meta(pattern="^[0-9]+$", description="Bytes of the original value.")]
    dl_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Of a value too large to keep whole.")] = ""


BODIES: dict[str, Any] = {
    names.LOAN_APPLICATIONS: LoanApplication,
    names.CONSENTS: ConsentEvent,
    names.BUREAU_RESPONSES: BureauResponse,
    names.BUREAU_REQUESTS: BureauRequest,
    names.SCORE_SEGMENTS: ScoreSegment,
    names.CREDIT_OFFERS: CreditOffers,
    names.DECISIONS: DecisionMade,
    names.DEAD_LETTERS: DeadLetterHeaders,
    names.CASES_CHANGELOG: StoredCase | Marker,
    names.CONSENTS_CHANGELOG: ConsentFile,
}


def field_paths(hint: Any, path: str = "") -> Iterator[str]:
    """Every leaf field of a type: `applicant.region`, `report.liabilities[].late.days_30`, `aggregates{}`."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        config = hint.__struct_config__
        if config.tag_field and not config.array_like:
            yield f"{path}.{config.tag_field}".lstrip(".")
        for name, below in get_type_hints(hint, include_extras=True).items():
            yield from field_paths(below, f"{path}.{name}")
        return
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        yield from field_paths(arguments[0], path)
    elif origin in {Union, UnionType} and any(_has_fields(argument) for argument in arguments):
        for argument in arguments:
            if argument is not type(None):
                yield from field_paths(argument, path)
    elif origin is tuple:
        yield from field_paths(arguments[0], f"{path}[]")
    elif origin is dict:
        yield from field_paths(arguments[1], f"{path}{{}}")
    else:
        yield path.lstrip(".")


def _has_fields(hint: Any) -> bool:
    return (isinstance(hint, type) and issubclass(hint, Struct)) or get_origin(hint) in {Annotated, tuple, dict}
