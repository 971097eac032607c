"""`creditstream worker`: decides, for as long as it runs."""

from typing import Annotated

import typer

from app.cli.cluster import with_cluster
from app.contracts.names import TopicNames
from app.streaming.app import build_app
from app.streaming.worker import LaneWorker


def worker(
    bootstrap_servers: Annotated[
        str | None, typer.Option("--bootstrap-servers", help="HOST:PORT of the cluster. Default: the environment's.")
    ] = None,
    prefix: Annotated[str, typer.Option("--prefix", help="Of the topics' names on the cluster.")] = "",
    instance: Annotated[
        str | None, typer.Option("--instance", help="A fixed name in the group: a restart keeps the lanes.")
    ] = None,
    metrics_port: Annotated[
        int | None, typer.Option("--metrics-port", min=0, max=65535, help="Of /metrics and the probes; 0: a free one.")
    ] = None,
    log_level: Annotated[str | None, typer.Option("--log-level", help="DEBUG, INFO, WARNING or ERROR.")] = None,
) -> None:
    """Consume applications, consents and bureau responses, and publish decisions, exactly once.

    Runs until it is told to stop (SIGTERM, Ctrl-C): then it ends its transactions and exits with 0. Start as many as
    there is work for; they share the partitions. Everything else is set by CREDITSTREAM_* variables. Exit code 4 when
    the cluster's topics are not as their contracts say, 9 when it does not let this worker do what it must.

    Example: creditstream worker --bootstrap-servers kafka-1:9092 --instance worker-1
    """
    settings = with_cluster(
        bootstrap_servers, instance=instance, metrics_port=metrics_port, log_level=log_level and log_level.upper()
    )
    app = build_app(settings, TopicNames(prefix, settings.app_id))
    LaneWorker(app, loglevel=settings.log_level).execute_from_commandline()
