"""`creditstream explain`: a decision from the audit record, told to a person."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from app.audit.explanation import explanation, grid
from app.audit.find import find_decision
from app.audit.letter import letter
from app.audit.otherwise import sentence
from app.audit.working import evidence_of, worked_out
from app.cli.cluster import with_cluster
from app.cli.terminal import console
from app.contracts.names import TopicNames
from app.decisioning.engine.strategy import ReadyStrategy
from app.decisioning.notices.nearest import nearest
from app.domain.decision import DecisionMade
from app.errors import CreditstreamError, StrategyError
from app.kafka.connection import client_arguments
from app.strategies.shelf import load_shelf

Section = tuple[str, RenderableType]


def explain(
    application_id: Annotated[str, typer.Argument(help="The application whose decision is asked for.")],
    *,
    customer: Annotated[str, typer.Option(help="The customer_id: it says in which partition to look.")],
    notice: Annotated[
        bool, typer.Option("--notice", help="Show the letter that the applicant is owed, and nothing else.")
    ] = False,
    strategies: Annotated[
        Path | None, typer.Option(help="Folder that holds the strategy which decided. Default: the worker's.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Of the topics' names on the cluster.")] = "",
    bootstrap_servers: Annotated[
        str | None, typer.Option(help="HOST:PORT of the cluster. Default: CREDITSTREAM_BOOTSTRAP_SERVERS.")
    ] = None,
) -> None:
    """Show why an application was decided as it was.

    Reads the audit record (topic decisions): facts used, points by characteristic, rows matched, reasons, offers,
    strategy version and content hash, and what made the case decidable. Where the very strategy is at hand, every
    expression with its value too, and what would have changed the outcome. It shows personal data: mind who looks on.

    Example:  creditstream explain application-0042 --customer customer-0042
              creditstream explain application-0042 --customer customer-0042 --notice
    """
    settings = with_cluster(bootstrap_servers)
    decision = asyncio.run(
        find_decision(
            TopicNames(prefix), client_arguments(settings), customer_id=customer, application_id=application_id
        )
    )
    if decision is None:
        raise CreditstreamError(
            f"no decision about {application_id} of {customer} so far. Not yet decided, or another customer_id: an "
            "application is found under the customer who made it only."
        )
    if notice:
        typer.echo(_letter(decision))
        return
    console().print(explanation(decision, _by_strategy(decision, strategies or settings.strategies_dir)))


def _letter(decision: DecisionMade) -> str:
    if decision.notice is None:
        why = {
            "REFER": "it was referred: whoever decides it sends the notice",
            "APPROVE": "it was approved as asked for and on the best terms, or its strategy has no notices",
            "DECLINE": "its strategy has no notices",
        }[decision.outcome]
        raise CreditstreamError(f"no notice is due for {decision.application_id}: {why}")
    return letter(decision, decision.notice)


def _by_strategy(decision: DecisionMade, folder: Path | None) -> list[Section]:
    """What only the strategy that decided can tell; without it, which one is lacking."""
    try:
        strategy = load_shelf(folder).pinned(decision.strategy, decision.strategy_version, decision.strategy_hash)
    except StrategyError as error:
        lacking = f"  not known here: {error}; --strategies names another folder"
        return [("How it was worked out, and what would have changed it", Text(lacking, style="yellow"))]
    return [*_workings(strategy, decision), *_otherwise(strategy, decision)]


def _workings(strategy: ReadyStrategy, decision: DecisionMade) -> list[Section]:
    table = grid("step", "name", "as written", right=("value",))
    for line in worked_out(strategy.model, evidence_of(decision)):
        table.add_row(line.step, line.name, Text(line.text), line.value)
    return [("How it was worked out", table)] if table.row_count else []


def _otherwise(strategy: ReadyStrategy, decision: DecisionMade) -> list[Section]:
    if decision.outcome == "APPROVE" or strategy.notices is None:
        return []
    currency = decision.application.currency
    changes = [sentence(change, currency) for change in nearest(strategy, evidence_of(decision))]
    told = [Text(change) for change in changes] or [Text("no change of one fact alone would have led to an approval")]
    return [("What would have changed it, one fact at a time, nearest first", Padding(Group(*told), (0, 0, 0, 2)))]
