"""/livez, /readyz and /metrics, telling the truth: what a probe hears is what the lanes and the broker say now."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST

from app.errors import UsageError
from app.streaming.runner import LaneState

log = logging.getLogger(__name__)


class Readiness(Struct, frozen=True):
    """Whether this worker does its work, and for each thing that stands in the way one sentence."""

    ready: bool
    why: list[str]
    lanes: dict[str, str]                      # lane -> state


def readiness(
    *, assigned: bool, lanes: dict[int, tuple[LaneState, str]], reachable: bool, silence: float | None
) -> Readiness:
    """Ready when the group has spoken, every lane is open and the broker answers. No lanes at all is standing by."""
    why = []
    if silence is None:
        why.append("the broker has not answered yet")
    elif not reachable:
        why.append(f"the broker has not answered for {silence:.0f} s")
    if not assigned:
        why.append("the group has not assigned the lanes yet")
    why += [
        f"lane {lane} is {state}" + (f": {reason}" if reason else "")
        for lane, (state, reason) in lanes.items()
        if state is not LaneState.OPEN
    ]
    return Readiness(not why, why, {str(lane): str(state) for lane, (state, _) in lanes.items()})


class HealthServer:
    """An answer from /livez is proof by itself: it comes from the loop in which the lanes run."""

    def __init__(self, host: str, port: int, ready: Callable[[], Readiness], exposition: Callable[[], bytes]) -> None:
        self._host, self._port = host, port
        self._ready, self._exposition = ready, exposition
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """UsageError when the port is taken. Port 0 takes a free one; the log says which."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/livez", self._livez),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._metrics),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise UsageError(
                f"cannot serve metrics and probes on {self._host}:{self._port}: {error.strerror}. Another worker may "
                "have the port; give this one another, or 0 for any free one."
            ) from error
        log.info("metrics and probes at http://%s:%d", *self._runner.addresses[0][:2])

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _livez(self, _: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def _readyz(self, _: web.Request) -> web.Response:
        now = self._ready()
        status = HTTPStatus.OK if now.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response({"ready": now.ready, "why": now.why, "lanes": now.lanes}, status=status)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST})
