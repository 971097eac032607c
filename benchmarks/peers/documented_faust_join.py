"""Suite A in plain Faust as its user guide has it: models for events and for the table's values, its JSON codec, an
agent a topic, a table with its changelog, `await topic.send()`; memory store, default settings, at least once.

Run as `python -m benchmarks.peers.documented_faust_join worker`. Inputs are validated by Faust (`validation=True`,
which includes coercion, and is stated of nested models, too, as they do not inherit it); what the app itself keeps is
not, as the guide leaves it. Where the guide leaves a choice, the cheaper was taken:
- the kernel reads attributes only, so it is given the models themselves, and nothing is copied;
- the table's value is what waits, an application or an answer, and of a decided case the mark only; it is replaced,
  never changed in place, and the event that completes a case is not written to the table;
- days and instants stay text, as the kernel has them;
- a list of models is a `list`, which Faust makes more quickly than a tuple;
- outputs are the bytes that msgspec makes of the kernel's own types, not models for Faust to encode.
"""

# mypy: disable-error-code="misc, call-arg"
# Faust tells mypy nothing: its models are Any here.

from typing import Any

import faust

from benchmarks.peers.faust_join_app import app, job, said, tell


class Consent(faust.Record, validation=True):
    given: bool
    purpose: str


class Applicant(faust.Record, validation=True):
    date_of_birth: str
    marital_status: str
    employment_status: str
    last_employment_start: str
    accommodation: str
    has_insurance: bool
    months_on_book: int
    income_minor: int
    expenses_minor: int


class Application(faust.Record, validation=True):
    event_id: str
    application_id: str
    customer_id: str
    product: str
    amount_minor: int
    term_months: int
    currency: str
    region: str
    channel: str
    submitted_at: str
    consent: Consent
    applicant: Applicant


class Liability(faust.Record, validation=True):
    creditor: str
    account_id: str
    opened: str
    monthly_payment_minor: int
    late_30: int
    late_60: int
    late_90: int
    is_closed: bool
    past_due_minor: int


class Answer(faust.Record, validation=True):
    event_id: str
    application_id: str
    customer_id: str
    bureau: str
    score: int
    responded_at: str
    summary: dict[str, str]
    liabilities: list[Liability]


class Case(faust.Record):
    """The table's value. Of a decided case only the mark is left."""

    application: Application | None = None
    answer: Answer | None = None
    decided: bool = False


applications = app.topic(job.applications, key_type=bytes, value_type=Application)
answers = app.topic(job.answers, key_type=bytes, value_type=Answer)
cases = app.Table("cases", partitions=job.partitions, key_type=str, value_type=Case)

UNKNOWN, DECIDED = Case(), Case(decided=True)


@app.agent(applications)  # type: ignore[untyped-decorator]
async def on_application(stream: Any) -> None:
    async for key, application in stream.items():
        said.begins()
        case = cases.get(application.application_id) or UNKNOWN
        if case.decided:
            continue
        if case.answer is None:
            cases[application.application_id] = Case(application=application)
        else:
            cases[application.application_id] = DECIDED
            await tell(key, application, case.answer)


@app.agent(answers)  # type: ignore[untyped-decorator]
async def on_answer(stream: Any) -> None:
    async for key, answer in stream.items():
        said.begins()
        case = cases.get(answer.application_id) or UNKNOWN
        if case.decided:
            continue
        if case.application is None:
            cases[answer.application_id] = Case(answer=answer)
        else:
            cases[answer.application_id] = DECIDED
            await tell(key, case.application, answer)


if __name__ == "__main__":
    app.main()
