"""`creditstream explain`: a decision from the audit record, told to a person."""

import asyncio
from typing import Annotated

import typer

from app.audit.explanation import explanation
from app.audit.find import find_decision
from app.cli.cluster import with_cluster
from app.cli.terminal import console
from app.contracts.names import TopicNames
from app.errors import CreditstreamError
from app.kafka.connection import client_arguments


def explain(
    application_id: Annotated[str, typer.Argument(help="The application whose decision is asked for.")],
    *,
    customer: Annotated[str, typer.Option(help="The customer_id: it says in which partition to look.")],
    bootstrap_servers: Annotated[
        str | None, typer.Option(help="HOST:PORT of the cluster. Default: CREDITSTREAM_BOOTSTRAP_SERVERS.")
    ] = None,
) -> None:
    """Show why an application was decided as it was.

    Reads the audit record (topic decisions): facts used, points by characteristic, rows matched, reasons, offers,
    strategy version and content hash, and what made the case decidable. It shows personal data: mind who looks on.

    Example:  creditstream explain application-0042 --customer customer-0042
    """
    settings = with_cluster(bootstrap_servers)
    decision = asyncio.run(
        find_decision(
            TopicNames(), client_arguments(settings), customer_id=customer, application_id=application_id
        )
    )
    if decision is None:
        raise CreditstreamError(
            f"no decision about {application_id} of {customer} so far. Not yet decided, or another customer_id: an "
            "application is found under the customer who made it only."
        )
    console().print(explanation(decision))
