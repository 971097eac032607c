"""The whole flow in plain Faust as its user guide has it: models for events and for the table's values, its JSON codec,
an agent a topic, tables with changelogs, `await topic.send()`; memory store, default settings, at least once.

Run it with `python -m benchmarks.peers.documented_faust worker`. It calls the same rules and says the same to the same
topics as its neighbour plain_faust.py, which replaces models and codec by the service's. Where the guide leaves a
choice, the cheaper was taken:
- the rules take types of their own, so msgspec copies the attributes of a model into them, nested ones included;
- two tables by customer, so that consents are not written again with every change of a case;
- a decided case is its decision's id, no more;
- outputs are the bytes that the service's encoder makes, not models for Faust to encode.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Self

import faust
import msgspec
from faust.exceptions import ValueDecodeError
from msgspec import Struct, structs

from app.contracts.encode import encode_body
from app.contracts.names import BUREAU_RESPONSES, CONSENTS, LOAN_APPLICATIONS
from app.contracts.reasons import BAD_VALUE, Refused
from app.domain.application import LoanApplication
from app.domain.bureau import BureauResponse
from app.domain.case import (
    ApplicationFact,
    Asked,
    Case,
    ConsentFact,
    ConsentFile,
    Marker,
    Pin,
    Received,
    ResponseFact,
    Seen,
)
from app.domain.consent import ConsentEvent
from benchmarks.peers import faust_models as models
from benchmarks.peers.faust_flow import (
    Fact,
    app,
    learn_of_application,
    learn_of_consent,
    learn_of_response,
    read,
)
from benchmarks.peers.flow import NAMES, PARTITIONS

copied = partial(msgspec.convert, from_attributes=True)
RULES_TYPES: dict[str, Any] = {
    CONSENTS: ConsentEvent,
    LOAN_APPLICATIONS: LoanApplication,
    BUREAU_RESPONSES: BureauResponse,
}


class Unreadable(Struct, frozen=True):
    """What stands in an event for a value that is none of its model."""

    why: str


class Schema(faust.Schema):  # type: ignore[misc]
    """Bad input is to become a dead letter. Left to itself, it would stop the agent."""

    def loads_value(self, *args: Any, **options: Any) -> Any:
        try:
            return super().loads_value(*args, **options)
        except ValueDecodeError as error:
            return Unreadable(str(error))


def input_topic(role: str, model: Any) -> Any:
    schema = Schema(key_type=bytes, value_type=model)
    return app.topic(NAMES.by_role[role], partitions=PARTITIONS, schema=schema)


def table(name: str, model: Any) -> Any:
    return app.Table(name, partitions=PARTITIONS, key_type=str, value_type=model)


applications = input_topic(LOAN_APPLICATIONS, models.LoanApplication)
consents = input_topic(CONSENTS, models.Consent)
responses = input_topic(BUREAU_RESPONSES, models.BureauResponse)
consents_by_customer = table("consents-by-customer", models.Consents)
cases_by_customer = table("cases-by-customer", models.Cases)


@app.agent(consents)  # type: ignore[untyped-decorator]
async def on_consent(stream: Any) -> None:
    async for event in stream.events():
        if fact := await read(event, CONSENTS, decode):
            await learn_of_consent(event, fact, customer_of(fact))


@app.agent(applications)  # type: ignore[untyped-decorator]
async def on_application(stream: Any) -> None:
    async for event in stream.events():
        if fact := await read(event, LOAN_APPLICATIONS, decode):
            await learn_of_application(event, fact, customer_of(fact))


@app.agent(responses)  # type: ignore[untyped-decorator]
async def on_response(stream: Any) -> None:
    async for event in stream.events():
        if fact := await read(event, BUREAU_RESPONSES, decode):
            await learn_of_response(event, fact, customer_of(fact))


def decode(role: str, event: Any, timestamp: int) -> Fact:
    """Refused when Faust, or the rules' own type, finds something amiss."""
    if isinstance(event.value, Unreadable):
        raise Refused(BAD_VALUE, event.value.why)
    try:
        body = copied(event.value, RULES_TYPES[role])
    except msgspec.ValidationError as error:
        raise Refused(BAD_VALUE, str(error)) from None
    message = event.message
    return Received(role, body.event_id, timestamp, message.offset, len(message.value)), body


class Customer(Struct, frozen=True):
    """The tables' values for the rules, and what they say of them for the tables, which are never changed in place."""

    customer_id: str
    consents: Any                              # models.Consents
    cases: Any                                 # models.Cases

    @property
    def file(self) -> ConsentFile:
        facts = [ConsentFact(received(fact), copied(fact.body, ConsentEvent)) for fact in self.consents.facts]
        return ConsentFile(self.customer_id, tuple(facts))

    def decided(self, application_id: str) -> bool:
        return application_id in self.cases.decided

    def case(self, application_id: str) -> Case | None:
        known = self.cases.open.get(application_id)
        return None if known is None else case_of(self.customer_id, known)

    def open_cases(self) -> Iterator[Case]:
        return (case_of(self.customer_id, known) for known in self.cases.open.values())

    def with_consents(self, file: ConsentFile, event: Any) -> Self:
        latest = models.ConsentFact(received=kept_received(file.facts[-1].received), body=event.value)
        kept = consents_by_customer[self.customer_id] = models.Consents(facts=(*self.consents.facts, latest))
        return structs.replace(self, consents=kept)

    def with_case(self, entry: Case | Marker, event: Any) -> Self:
        application_id, open_, decided = entry.application_id, self.cases.open, self.cases.decided
        if isinstance(entry, Marker):
            open_ = {key: case for key, case in open_.items() if key != application_id}
            decided = {**decided, application_id: entry.decision_id}
        else:
            open_ = {**open_, application_id: kept_case(entry, open_.get(application_id), event)}
        kept = cases_by_customer[self.customer_id] = models.Cases(open=open_, decided=decided)
        return structs.replace(self, cases=kept)


def customer_of(fact: Fact) -> Customer:
    _, body = fact
    customer_id = body.customer_id
    return Customer(
        customer_id,
        consents_by_customer.get(customer_id) or models.Consents(),
        cases_by_customer.get(customer_id) or models.Cases(open={}, decided={}),
    )


def case_of(customer_id: str, kept: Any) -> Case:
    fact, pin = kept.application, kept.pin
    return Case(
        customer_id,
        kept.application_id,
        kept.opened,
        None if fact is None else ApplicationFact(received(fact), *body_and_json(fact, LoanApplication)),
        None if pin is None else Pin(pin.strategy, pin.version, pin.content_hash),
        kept.deadline,
        tuple([Asked(asked.bureau, asked.at, asked.consent_id) for asked in kept.asked]),
        tuple([ResponseFact(received(fact), *body_and_json(fact, BureauResponse)) for fact in kept.responses]),
        tuple([Seen(seen.topic, seen.event_id, seen.digest) for seen in kept.spent]),
    )


def received(fact: Any) -> Received:
    known = fact.received
    return Received(known.topic, known.event_id, known.timestamp, known.offset, known.size)


def body_and_json(fact: Any, type_: Any) -> tuple[Any, bytes]:
    body = copied(fact.body, type_)
    return body, encode_body(body)


def kept_case(case: Case, before: Any, event: Any) -> Any:
    """What the table keeps of a case: the models of its facts as they came, the latest of them in the event."""
    facts = {} if before is None else {fact.received.offset: fact for fact in before.responses}
    application = None if before is None else before.application
    if application is None and case.application is not None:
        application = models.ApplicationFact(received=kept_received(case.application.received), body=event.value)
    return models.Case(
        application_id=case.application_id,
        opened=case.opened,
        application=application,
        pin=case.pin and models.Pin(**structs.asdict(case.pin)),
        deadline=case.deadline,
        asked=tuple([models.Asked(**structs.asdict(asked)) for asked in case.asked]),
        responses=tuple(
            [
                facts.get(fact.received.offset)
                or models.ResponseFact(received=kept_received(fact.received), body=event.value)
                for fact in case.responses
            ]
        ),
        spent=tuple([models.Seen(**structs.asdict(seen)) for seen in case.spent]),
    )


def kept_received(place: Received) -> Any:
    return models.Received(**structs.asdict(place))


if __name__ == "__main__":
    app.main()
