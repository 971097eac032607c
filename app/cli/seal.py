"""`creditstream seal`: card numbers into envelopes, and the key file that opens them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.contracts.reasons import Refused
from app.contracts.sealing import KeyRing
from app.errors import UsageError
from app.settings import Settings


def seal(
    key_file: Annotated[
        Path | None, typer.Option(help="The key file. Default: CREDITSTREAM_KEY_FILE.", show_default=False)
    ] = None,
    *,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the key file, or add a new current key to it; seal nothing.")
    ] = False,
) -> None:
    """Seal a card number, for the field card.sealed_pan. The number is asked for, or read from standard input: it is
    never an argument, where other users of the machine and the shell's history would see it.

    Several numbers, one a line, give as many envelopes. Old keys stay in the file: they open what they sealed.

    Example:  creditstream seal --new-key --key-file keys.json
              creditstream seal --key-file keys.json
    """
    path = key_file or Settings.from_environment().key_file
    if path is None:
        raise UsageError("no key file is named: give --key-file FILE or set CREDITSTREAM_KEY_FILE")
    if new_key:
        keys = KeyRing.read(path).rotated() if path.exists() else KeyRing.generate()
        keys.write(path)
        typer.echo(f"{path}: new card numbers and dead letters are sealed with key {keys.current}.")
        return
    keys = KeyRing.read(path)
    for number, pan in enumerate(_card_numbers(), 1):
        try:
            typer.echo(keys.seal_pan(pan))
        except Refused as refused:
            raise UsageError(f"card number {number}: {refused.message}") from None


def _card_numbers() -> list[str]:
    """From the terminal without showing them, or from standard input, one a line."""
    text = typer.prompt("Card number", hide_input=True) if sys.stdin.isatty() else sys.stdin.read()
    pans = [line.strip().replace(" ", "") for line in text.splitlines() if line.strip()]
    if not pans:
        raise UsageError("no card number was given; type it when asked, or send it to standard input")
    return pans
