"""Which Kafka a command talks to."""

from typing import Any

import msgspec

from app.broker.background import BackgroundKafka
from app.settings import Settings


def with_cluster(bootstrap_servers: str | None, **options: Any) -> Settings:
    """The environment's settings, with the Kafka that the command line names, or the environment, or, when neither
    does, the one that `creditstream broker start` keeps running here; without that one either, it stays None.

    `options` of the command line that are not None win over the environment too."""
    settings = Settings.from_environment(bootstrap_servers=bootstrap_servers, **options)
    if settings.bootstrap_servers is None and (running := BackgroundKafka(settings).find()):
        return msgspec.structs.replace(settings, bootstrap_servers=running.bootstrap_servers)
    return settings
