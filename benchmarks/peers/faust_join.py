"""Suite A in plain Faust with msgspec's codecs: an agent a topic, a table with its changelog, `topic.send()`, as
Faust's documentation tells; but bytes in and out of it, decoded by msgspec rather than by Faust's own models, which
cost more and check less.

Run as `python -m benchmarks.peers.faust_join worker`. Its neighbour documented_faust_join.py has the models.
"""

from typing import Any

from benchmarks.peers.faust_join_app import app, job, raw_topic, said, tell
from benchmarks.portable.case import Case, decode_case, encode_case
from benchmarks.portable.model import decode_answer, decode_application

applications, answers = raw_topic(job.applications), raw_topic(job.answers)
cases = app.Table("cases", partitions=job.partitions, key_type=str, value_type=bytes)


@app.agent(applications)  # type: ignore[untyped-decorator]
async def on_application(stream: Any) -> None:
    async for key, value in stream.items():
        said.begins()
        event = decode_application(value)
        case = case_of(event.application_id)
        if not case.decided:
            case.application = event
            await advance(key, event.application_id, case)


@app.agent(answers)  # type: ignore[untyped-decorator]
async def on_answer(stream: Any) -> None:
    async for key, value in stream.items():
        said.begins()
        event = decode_answer(value)
        case = case_of(event.application_id)
        if not case.decided:
            case.answer = event
            await advance(key, event.application_id, case)


def case_of(application_id: str) -> Case:
    known = cases.get(application_id)
    return decode_case(known) if known else Case()


async def advance(key: bytes, application_id: str, case: Case) -> None:
    if case.application is None or case.answer is None:
        cases[application_id] = encode_case(case)
        return
    cases[application_id] = encode_case(Case(decided=True))
    await tell(key, case.application, case.answer)


if __name__ == "__main__":
    app.main()
