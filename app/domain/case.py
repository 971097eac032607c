"""A case: all facts about one application of one customer, and what has been done about them."""

from msgspec import Struct

from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.consent import ConsentEvent
from app.domain.quantities import Millis


class Received(Struct, frozen=True, gc=False, array_like=True):
    """Where and when a fact lay in the log: `timestamp` is the broker's, `topic` the contract's name of it (whatever
    prefix a deployment gives), `size` the bytes of the event."""

    topic: str
    event_id: str
    timestamp: Millis
    offset: int
    size: int = 0


class ApplicationFact(Struct, frozen=True, gc=False):
    """`json` is the event's own JSON: what is kept as state and published in the audit record. Only an event with
    fields that the contract does not know is spelt anew, without them."""

    received: Received
    body: LoanApplication
    json: bytes


class ResponseFact(Struct, frozen=True, gc=False):
    """`json` as of an ApplicationFact. `original` is what came, where that is something else: kept only while the case
    has no application, for the dead letter of an orphan."""

    received: Received
    body: BureauResponse
    json: bytes
    original: bytes | None = None


class ConsentFact(Struct, frozen=True, gc=False, array_like=True):
    received: Received
    body: ConsentEvent


class Pin(Struct, frozen=True, array_like=True, gc=False):
    """The strategy that will decide this case, whatever is loaded later."""

    strategy: str
    version: int
    content_hash: str


class Asked(Struct, frozen=True, array_like=True, gc=False):
    bureau: str
    at: Millis
    consent_id: str


class Seen(Struct, frozen=True, array_like=True, gc=False):
    """What is left of a fact: enough to tell a repeat from a conflict."""

    topic: str
    event_id: str
    digest: int


class Case(Struct, frozen=True, gc=False):
    customer_id: str
    application_id: str
    opened: Millis                             # earliest record timestamp of its facts
    application: ApplicationFact | None = None
    pin: Pin | None = None
    deadline: Millis | None = None
    asked: tuple[Asked, ...] = ()
    responses: tuple[ResponseFact, ...] = ()
    spent: tuple[Seen, ...] = ()               # facts purged on withdrawal, or late


class Marker(Struct, frozen=True, gc=False, array_like=True, tag="decided"):
    """A decided case, shrunk. It outlives the longest retention of the inputs, so that a repeat stays a repeat."""

    customer_id: str
    application_id: str
    decision_id: str
    decided: Millis                            # as_of
    seen: tuple[Seen, ...] = ()


class ConsentFile(Struct, frozen=True, gc=False, array_like=True):
    """Every consent event of one customer, in the log's order."""

    customer_id: str
    facts: tuple[ConsentFact, ...] = ()
