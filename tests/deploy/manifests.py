"""What deploy/kubernetes says, as data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"


def objects(file: Path) -> list[Any]:
    return [found for found in yaml.safe_load_all(file.read_text()) if found is not None]


def every_object() -> list[Any]:
    return [found for file in sorted(KUBERNETES.glob("*.yaml")) for found in objects(file)]


def containers() -> Iterator[Any]:
    for found in every_object():
        if "template" in found.get("spec", {}):
            yield from found["spec"]["template"]["spec"]["containers"]


def settings_of_pods() -> dict[str, str]:
    """The variables that all pods are given, secrets left out."""
    (settings,) = objects(KUBERNETES / "settings.yaml")
    return dict(settings["data"])


def words_of_a_worker(pod: str) -> list[str]:
    """The command line of the worker in the pod of that name."""
    (worker,) = [container for container in containers() if container["name"] == "worker"]
    return [word.replace("$(POD_NAME)", pod) for word in worker["args"]]
