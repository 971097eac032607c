"""The process around the app: logging, and exit codes that scripts can trust."""

import sys
from typing import Any, NoReturn

import faust

from app.streaming.logs import logging_config


class LaneWorker(faust.Worker):  # type: ignore[misc]   # Faust is untyped here
    """Used by `faust worker` and `creditstream worker` alike."""

    def __init__(self, app: Any, *args: Any, loglevel: Any = None, **kwargs: Any) -> None:
        kwargs["redirect_stdouts"] = False
        super().__init__(app, *args, loglevel=loglevel, logging_config=logging_config(loglevel or "INFO"), **kwargs)
        self.spinner = None

    def execute_from_commandline(self) -> NoReturn:
        """Exits with 0 after a signal, with the refusal's own code when the worker would not start, else with 1."""
        try:
            super().execute_from_commandline()
        except SystemExit:
            refusal = self.app.refusal
            if refusal is not None:
                sys.stderr.write(f"error: {refusal}\n")
                sys.exit(refusal.exit_code)
            raise
        raise SystemExit(0)
