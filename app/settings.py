"""What a deployment may set: read from the environment in this module and nowhere else.

Every field is the variable CREDITSTREAM_<FIELD> in capitals: `metrics_port` is CREDITSTREAM_METRICS_PORT. An empty
variable is an unset one. Options of the command line win over the environment.
"""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import Meta
from platformdirs import user_cache_path, user_data_path

from app.errors import UsageError

PREFIX = "CREDITSTREAM_"

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Port = Annotated[int, Meta(ge=0, le=65535)]                   # 0: any that is free
GroupName = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9._-]{1,100}$(?!\n)")]
Seconds = Annotated[float, Meta(gt=0, le=7 * 86_400)]
Hours = Annotated[float, Meta(gt=0, le=24 * 3_660)]


class Secret(str):
    """Text that shows itself to nobody who prints the settings."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Frozen; `Settings.from_environment()` makes one. Times are seconds unless the field says otherwise."""

    # The cluster
    bootstrap_servers: str | None = None                      # host:port, comma-separated; None: the embedded Kafka
    security_protocol: SecurityProtocol = "PLAINTEXT"
    sasl_mechanism: SaslMechanism | None = None               # SASL needs it, a user name and a password
    sasl_username: str | None = None
    sasl_password: Secret | None = None
    ssl_cafile: Path | None = None                            # PEM; None: the certificates that the machine trusts
    ssl_certfile: Path | None = None                          # PEM; this client's own, with its key
    ssl_keyfile: Path | None = None                           # PEM
    ssl_check_hostname: bool = True                           # whether the broker's certificate must name its host

    # The worker
    app_id: GroupName = "creditstream"                        # consumer group, and prefix of the transactional ids
    instance: GroupName | None = None                         # static membership: this worker's fixed name in the group
    session_timeout: Seconds = 10.0                           # a worker silent for so long loses its lanes
    heartbeat_interval: Seconds = 1.0                         # at most a third of the session's
    transaction_timeout: Seconds = 10.0                       # a transaction left open ends after this
    max_events: Annotated[int, Meta(ge=1, le=100_000)] = 4_000            # in one transaction
    deadline_grace: Seconds = 1.0                             # how far the worker's clock may be from the broker's
    orphan_ttl_hours: Hours = 24.0                            # how long an answer waits for its application
    marker_ttl_hours: Hours = 24.0 * 35                       # how long a decided case is known: no less than inputs
    dead_letter_ratio: Annotated[float, Meta(gt=0, le=1)] | None = None   # of a window's events; above it a lane pauses
    dead_letter_window: Annotated[int, Meta(ge=1)] = 1_000    # events

    # Files
    key_file: Path | None = None                              # keys that open card numbers and seal dead letters
    strategies_dir: Path | None = None                        # None: the strategies that come with the package
    data_dir: Path = user_data_path("creditstream", appauthor=False)      # the embedded Kafka's data
    cache_dir: Path = user_cache_path("creditstream", appauthor=False)    # its jars: may be deleted at any time

    # What it tells
    metrics_host: str = "127.0.0.1"                           # address that /metrics, /livez, /readyz listen on
    metrics_port: Port = 9464
    log_level: LogLevel = "INFO"

    @classmethod
    def from_environment(cls, **overrides: Any) -> Self:
        """The environment's settings; an override that is not None wins.

        Raises UsageError naming the variable whose value is wrong, or which is missing beside another.
        """
        names = {field: _variable(field) for field in cls.__struct_fields__}
        given: dict[str, Any] = {field: os.environ[name] for field, name in names.items() if os.environ.get(name)}
        given |= {field: value for field, value in overrides.items() if value is not None}
        try:
            settings = msgspec.convert(given, cls, strict=False, dec_hook=_from_text)
        except msgspec.ValidationError as error:
            raise UsageError(_naming_the_variable(str(error))) from None
        _check_security(settings)
        _check_times(settings)
        return settings


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _from_text(kind: type, value: Any) -> Any:
    return Path(value).expanduser() if kind is Path else kind(value)


def _naming_the_variable(message: str) -> str:
    """msgspec says "Expected `int` <= 65535 - at `$.metrics_port`"."""
    problem, _, field = message.partition(" - at `$.")
    return f"{_variable(field.rstrip('`'))}: {problem[:1].lower()}{problem[1:]}"


def _check_security(settings: Settings) -> None:
    if settings.security_protocol.startswith("SASL"):
        for field in ("sasl_mechanism", "sasl_username", "sasl_password"):
            if getattr(settings, field) is None:
                raise UsageError(f"{_variable(field)} is missing: {settings.security_protocol} needs it")
    elif settings.sasl_username is not None:
        raise UsageError(
            f"{_variable('security_protocol')} is {settings.security_protocol}, so the user name in "
            f"{_variable('sasl_username')} would not be used: set it to SASL_SSL, or take the name away"
        )
    if settings.security_protocol != "PLAINTEXT" and settings.bootstrap_servers is None:
        raise UsageError(f"{_variable('bootstrap_servers')} is missing: the embedded Kafka speaks PLAINTEXT only")
    for field in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
        path: Path | None = getattr(settings, field)
        if path is not None and not path.is_file():
            raise UsageError(f"{_variable(field)}: there is no file {path}")
    if (settings.ssl_certfile is None) != (settings.ssl_keyfile is None):
        raise UsageError(f"{_variable('ssl_certfile')} and {_variable('ssl_keyfile')} belong together: set both")


def _check_times(settings: Settings) -> None:
    if settings.heartbeat_interval * 3 > settings.session_timeout:
        raise UsageError(
            f"{_variable('heartbeat_interval')} is {settings.heartbeat_interval:g} s: it must be at most a third of "
            f"{_variable('session_timeout')}, {settings.session_timeout:g} s, or one lost heartbeat costs the lanes"
        )
