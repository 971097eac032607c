"""The command line: one module per command, errors as sentences, exit codes that scripts can trust."""

import logging
import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from app.cli import broker, check, demo, explain, seal, send, simulate, strategy, topics, worker
from app.cli.wording import word
from app.errors import CreditstreamError

_INTERRUPTED = 130
_EXIT_CODES = (
    "Exit codes: 0 done; 1 it ran, and the answer is no; 2 wrong words or settings; 3 no broker; 4 the cluster's "
    "topics disagree with their contracts; 5 a strategy is refused; 6 a contract or key file is refused; 7 a lane "
    "cannot go on without losing or doubling something; 8 an amount, loan or rate that cannot be; 9 the cluster does "
    "not let us do what we must; 130 interrupted."
)

app = typer.Typer(
    name="creditstream",
    help="Streaming credit decisions on Kafka.\n\nBegin with:  creditstream demo",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("worker")(worker.worker)
app.command("send")(send.send)
app.command("explain")(explain.explain)
app.command("simulate")(simulate.command)
app.command("check")(check.check)
app.command("seal")(seal.seal)
app.add_typer(strategy.app, name="strategy")
app.add_typer(topics.app, name="topics")
app.add_typer(broker.app, name="broker")
word(app)


def main() -> NoReturn:
    """Runs the command line and exits."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())    # what it has to say comes as an error, once
    try:
        app()
    except CreditstreamError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(Text.assemble(("error: ", "bold red"), str(error)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    sys.exit(0)


if __name__ == "__main__":
    main()
