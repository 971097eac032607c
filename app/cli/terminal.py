"""Where results are shown: as wide as the terminal, and wide enough for tables where there is none."""

from rich.console import Console

_WITHOUT_A_TERMINAL = 110                      # columns


def console() -> Console:
    """Plain text without control codes when the output is piped."""
    shown = Console(highlight=False)
    return shown if shown.is_terminal else Console(highlight=False, width=_WITHOUT_A_TERMINAL)
