"""What a broker's last words mean, as an error for a person."""

from pathlib import Path

from app.errors import BrokerError

_TAIL_LINES = 12

# (what the log says, what it means, what to do)
_MEANINGS = [
    (
        "Address already in use",
        "port {port} is taken by another program",
        "Stop that one, or name another port.",
    ),
    (
        "Failed to acquire lock on file .lock",
        "another broker is using {data_dir}",
        "Stop it (`creditstream broker stop`), or name another data folder.",
    ),
    (
        "No space left on device",
        "there is no space left for {data_dir}",
        "Make room there, or name another data folder.",
    ),
    (
        "Could not reserve enough space",
        "there is too little memory for Java",
        "Close something: the broker needs about 400 MB.",
    ),
    (
        "Invalid maximum heap size",
        "there is too little memory for Java",
        "Close something: the broker needs about 400 MB.",
    ),
]


class PortTakenError(BrokerError):
    """Somebody else listens on the port; with a port of our own choice it is worth another try."""


def explain(what: str, log_file: Path, *, data_dir: Path, port: int) -> BrokerError:
    """`what` (such as "Kafka ended while starting") with its reason, known or as the end of the log."""
    tail = log_file.read_text(errors="replace").splitlines()[-200:] if log_file.exists() else []
    text = "\n".join(tail)
    for sign, meaning, remedy in _MEANINGS:
        if sign in text:
            kind = PortTakenError if sign == "Address already in use" else BrokerError
            return kind(f"{what}: {meaning.format(port=port, data_dir=data_dir)}. {remedy}")
    last_words = "\n  ".join(tail[-_TAIL_LINES:]) or "(nothing)"
    return BrokerError(f"{what}. The end of its log, {log_file}:\n  {last_words}")
