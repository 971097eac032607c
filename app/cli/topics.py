"""`creditstream topics`: the contracts, and a cluster's topics made to agree with them."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from app.cli.cluster import with_cluster
from app.contracts.names import ROLES, TopicNames, transactional_prefix
from app.contracts.registry import Topic, WantedTopic, load_contracts
from app.errors import TopicsDisagreeError, UsageError
from app.kafka import admin
from app.kafka.agreement import Plan
from app.kafka.connection import client_arguments
from app.kafka.grants import Grant, grants_of_a_worker
from app.settings import Settings

app = typer.Typer(
    help="The topics: what they are for, and whether a cluster has them as their contracts say.",
    no_args_is_help=True,
)

Servers = Annotated[
    str | None, typer.Option("--bootstrap-servers", help="HOST:PORT of the cluster. Default: the environment's.")
]
Prefix = Annotated[str, typer.Option("--prefix", help="Put before every topic's name on the cluster.")]
Partitions = Annotated[
    int | None,
    typer.Option(
        "--partitions", min=1, help="Of every topic alike; chosen once, when the topics are made. Default: 4."
    ),
]
Replication = Annotated[
    int, typer.Option("--replication-factor", min=-1, help="Of new topics. Default: as the brokers are set.")
]


@app.command()
def plan(
    bootstrap_servers: Servers = None, prefix: Prefix = "", partitions: Partitions = None, replication: Replication = -1
) -> None:
    """Show what `apply` would do. Exit code 4 when something stands in its way.

    Example: creditstream topics plan --bootstrap-servers kafka-1:9092
    """
    settings = with_cluster(bootstrap_servers)
    planned = _planned(settings, prefix, partitions, replication)
    _show_plan(planned)
    _refuse(planned)


@app.command()
def apply(
    bootstrap_servers: Servers = None,
    prefix: Prefix = "",
    partitions: Partitions = None,
    replication: Replication = -1,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
) -> None:
    """Create missing topics and set what differs, after showing the plan. Nothing is ever deleted, shrunk or moved.

    Exit code 4 when something stands in its way; then nothing is done.

    Example: creditstream topics apply --partitions 12 --replication-factor 3 --yes
    """
    settings = with_cluster(bootstrap_servers)
    planned = _planned(settings, prefix, partitions, replication)
    _show_plan(planned)
    _refuse(planned)
    if planned.empty:
        return
    if not yes and not typer.confirm("Do it?"):
        raise UsageError("nothing was done")
    asyncio.run(admin.apply(client_arguments(settings), planned))
    typer.echo("Done.")


@app.command()
def verify(bootstrap_servers: Servers = None, prefix: Prefix = "") -> None:
    """Say whether a worker may start on the cluster, with the rights of who asks. Exit code 9 when it would lack some,
    4 when a topic is not as its contract says; all of them are named.

    Example: creditstream topics verify
    """
    settings = with_cluster(bootstrap_servers)
    client = client_arguments(settings)
    asyncio.run(admin.refuse_lack(client, _needed(settings, prefix)))
    asyncio.run(
        admin.refuse_disagreement(
            client, _wanted(settings, prefix), marker_ttl_ms=int(settings.marker_ttl_hours * 3_600_000)
        )
    )
    typer.echo("The cluster's topics are as their contracts say.")


@app.command()
def grants(
    principal: Annotated[str, typer.Option("--principal", help="Who the workers are to the cluster.")],
    bootstrap_servers: Servers = None,
    prefix: Prefix = "",
) -> None:
    """Print what a cluster with access control must let a worker do: lines for Kafka's own kafka-acls.sh, to be run by
    somebody who may. No cluster is asked.

    A worker that lacks something says what, with exit code 9. `apply` needs more: to create and alter topics.

    Example: creditstream topics grants --principal User:creditstream --bootstrap-servers kafka-1:9093
    """
    settings = Settings.from_environment(bootstrap_servers=bootstrap_servers)
    servers = settings.bootstrap_servers or "HOST:PORT"
    for grant in _needed(settings, prefix):
        words = grant.command(principal)
        typer.echo(f"kafka-acls.sh --bootstrap-server {servers} --command-config admin.properties {words}")


@app.command()
def show(
    topic: Annotated[str | None, typer.Argument(help="One topic, field by field; all if left out.")] = None,
) -> None:
    """Show the contracts: no cluster is needed.

    Example: creditstream topics show loan-applications
    """
    contracts = load_contracts()
    console = Console()
    if topic is None:
        for each in contracts.topics.values():
            _show_heading(each, console)
        return
    if topic not in contracts.topics:
        raise UsageError(f"{topic} is no topic; the topics are {', '.join(ROLES)}")
    _show_one(contracts.topics[topic], console)


def _wanted(settings: Settings, prefix: str, partitions: int | None = None) -> tuple[WantedTopic, ...]:
    return load_contracts().wanted(TopicNames(prefix, settings.app_id), partitions)


def _needed(settings: Settings, prefix: str) -> tuple[Grant, ...]:
    app_id = TopicNames(prefix, settings.app_id).app_id
    return grants_of_a_worker(_wanted(settings, prefix), app_id, transactional_prefix(app_id))


def _planned(settings: Settings, prefix: str, partitions: int | None, replication: int) -> Plan:
    wanted = _wanted(settings, prefix, partitions)
    return asyncio.run(
        admin.plan(client_arguments(settings), wanted, partitions=partitions, replication=replication)
    )


def _show_plan(planned: Plan) -> None:
    for step in planned.create:
        replicas = "the brokers' replication" if step.replication < 0 else f"{step.replication} replicas"
        typer.echo(f"+ create {step.topic}: {step.partitions} partitions, {replicas}")
    for change in planned.change:
        typer.echo(f"~ change {change.topic}: {change.setting} from {change.old or 'nothing'} to {change.new}")
    for name in planned.in_order:
        typer.echo(f"  {name} is in order")
    if planned.empty and not planned.refused:
        typer.echo("Nothing to do.")


def _refuse(planned: Plan) -> None:
    if planned.refused:
        reasons = "\n".join(f"  - {problem}" for problem in planned.refused)
        raise TopicsDisagreeError(f"these topics cannot be made to agree:\n{reasons}")


def _show_heading(topic: Topic, console: Console) -> None:
    console.print(f"[bold]{topic.name}[/] ({topic.kind}, {topic.access} access, owner {topic.owner})")
    console.print(Padding(topic.purpose, (0, 0, 1, 2)))


def _show_one(topic: Topic, console: Console) -> None:
    _show_heading(topic, console)
    console.print(f"key: {topic.key}; values: {topic.encoding}; kept: {_kept(topic)}")
    console.print(f"written by {', '.join(topic.producers)}; read by {', '.join(topic.consumers)}")
    for version in topic.versions:
        console.print(f"version {version.version} ({version.status}): {version.schema} {version.ce_type or ''}")
    table = Table("field", "class")
    for field, classification in topic.fields.items():
        table.add_row(field, classification)
    console.print(table)
    table = Table("setting", "value")
    for setting, value in topic.kafka_config.items():
        table.add_row(setting, value)
    console.print(table)


def _kept(topic: Topic) -> str:
    retention = topic.kafka_config.get("retention.ms")
    return "the last value of each key" if retention is None else f"{int(retention) / 86_400_000:g} days"
