"""Suite A in plain Faust as its user guide has it: models for events and for the table's values, its JSON codec, an
agent a topic, a table with its changelog, `await topic.send()`; memory store, default settings, at least once.

Run as `python -m benchmarks.peers.documented_faust_join worker`. Where the guide leaves a choice, the cheaper was
taken:
- the kernel reads attributes only, so it is given the models themselves, and nothing is copied;
- the table's value is what waits, an application or an answer, and of a decided case the mark only; it is replaced,
  never changed in place, and the event that completes a case is not written to the table;
- outputs are the bytes that msgspec makes of the kernel's own types, not models for Faust to encode.
"""

from typing import Any

from benchmarks.peers.faust_join_app import app, job, said, tell
from benchmarks.peers.faust_join_models import Answer, Application, Case

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
