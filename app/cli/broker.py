"""`creditstream broker`: a real Kafka on this machine that stays when the command has ended."""

from typing import Annotated

import typer

from app.broker.background import BackgroundKafka
from app.errors import BrokerError
from app.settings import Settings

app = typer.Typer(
    help="A real Apache Kafka on this machine, for trying things out: starts in the background, keeps its data.",
    no_args_is_help=True,
)


@app.command()
def start(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port on 127.0.0.1. Default: the last one used, or any that is free."),
    ] = None,
) -> None:
    """Start the broker; nothing happens when it runs already. The first time fetches Kafka (45 MB).

    Example: creditstream broker start --port 9092
    """
    running = BackgroundKafka(Settings.from_environment()).start(port)
    typer.echo(f"Kafka answers on {running.bootstrap_servers} (process {running.pid}).")


@app.command()
def stop() -> None:
    """Stop the broker. Its data stay for the next start."""
    broker = BackgroundKafka(Settings.from_environment())
    typer.echo(f"Kafka has stopped; its data stay in {broker.folder}." if broker.stop() else "Kafka was not running.")


@app.command()
def status() -> None:
    """Say whether the broker runs. Exit code 0: it answers; 3: it does not."""
    broker = BackgroundKafka(Settings.from_environment())
    running = broker.find()
    if running is None:
        raise BrokerError("Kafka is not running. Start it with: creditstream broker start")
    if not running.answers:
        raise BrokerError(
            f"Kafka runs (process {running.pid}) but does not answer on {running.bootstrap_servers}: it is still "
            f"starting, or hangs. Its log: {broker.folder / 'kafka.log'}"
        )
    typer.echo(f"Kafka answers on {running.bootstrap_servers} (process {running.pid}); its data: {broker.folder}")
