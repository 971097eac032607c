"""`creditstream send`: events from a file to an input topic, checked by the contract before any is sent."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from aiokafka import AIOKafkaProducer

from app.cli.cluster import with_cluster
from app.contracts.decode import Fact, decoders
from app.contracts.names import INPUTS, TopicNames
from app.contracts.reasons import REASONS, Refused
from app.demo.examples import example
from app.errors import UsageError
from app.kafka.connection import client_arguments

STDIN = "-"


def send(
    topic: Annotated[str, typer.Argument(help=f"One of {', '.join(INPUTS)}.")],
    file: Annotated[str, typer.Argument(help="One JSON event, or one event a line; - is standard input.")] = STDIN,
    *,
    print_example: Annotated[bool, typer.Option("--example", help="Print an event to edit; send nothing.")] = False,
    bootstrap_servers: Annotated[
        str | None, typer.Option(help="HOST:PORT of the cluster. Default: CREDITSTREAM_BOOTSTRAP_SERVERS.")
    ] = None,
) -> None:
    """Send events to an input topic.

    Every event is checked by the topic's contract first: if one is refused, none is sent. An event's key is its
    customer_id and its partition murmur2 of the key. Shows where each came to lie.

    Example:  creditstream send loan-applications --example > mine.json
              creditstream send loan-applications mine.json
    """
    if topic not in INPUTS:
        raise UsageError(f"{topic} is no input topic; events go to {', '.join(INPUTS)}")
    if print_example:
        typer.echo(example(topic))
        return
    events = checked(topic, _content(file), file)
    settings = with_cluster(bootstrap_servers)
    asyncio.run(_send(TopicNames().by_role[topic], events, client_arguments(settings)))


def checked(topic: str, content: bytes, name: str) -> list[tuple[Fact, bytes]]:
    """The events in a file with their bytes. UsageError names the first that the contract refuses, and why."""
    decode = decoders()[topic].decode
    now = int(time.time() * 1000)
    try:
        return [(decode(content, [], now)[0], content)]
    except Refused as whole:
        lines = [(number, line) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
        if not _one_event_a_line(lines):
            raise _refused(name, whole) from None
    events = []
    for number, line in lines:
        try:
            events.append((decode(line, [], now)[0], line))
        except Refused as refused:
            raise _refused(f"{name}, line {number}", refused) from None
    return events


def _one_event_a_line(lines: Sequence[tuple[int, bytes]]) -> bool:
    return len(lines) > 1 and all(line.strip().startswith(b"{") and line.strip().endswith(b"}") for _, line in lines)


def _refused(where: str, refused: Refused) -> UsageError:
    return UsageError(f"{where}: {refused.code}: {refused.message}. {REASONS[refused.code].hint} Nothing was sent.")


def _content(file: str) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; name a file with JSON events, or - for standard input") from error


async def _send(topic: str, events: Sequence[tuple[Fact, bytes]], client: Mapping[str, Any]) -> None:
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **client)
    await producer.start()
    try:
        for event, value in events:
            lies = await producer.send_and_wait(topic, value, key=event.customer_id.encode())
            typer.echo(f"{event.event_id}: {topic}, partition {lies.partition}, offset {lies.offset}")
    finally:
        await producer.stop()
