"""The certificate of a strategy: what was proved of which content, written by `creditstream check`, demanded at load.

It guards against a change that nobody checked, not against forgery: whoever can write it can write the strategy.
"""

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.decisioning.engine.model import StrategyModel
from app.errors import StrategyError
from app.strategies.expectations import expectations_hash
from app.strategies.proving import PROVER, Proof
from app.strategies.strategy import EXPECTATIONS

CERTIFICATE = "certificate.json"
_MOST_BYTES = 1024 * 1024
_VERSIONS = "made_by"                          # may differ where nothing else does

Certificate = dict[str, Any]


def certificate(model: StrategyModel, folder: Path, label: str, proof: Proof, solver: str | None) -> Certificate:
    """What there is to say of a strategy without problems."""
    return {
        "strategy": model.name,
        "version": model.version,
        "content_hash": model.content_hash,
        "expectations_hash": expectations_hash(folder / EXPECTATIONS, f"{label}/{EXPECTATIONS}"),
        "prover": PROVER,
        "proved": sorted((asdict(own) for own in proof.proved), key=lambda own: str(own["what"])),
        "open": sorted((asdict(own) for own in proof.open), key=lambda own: str(own["what"])),
        _VERSIONS: {"creditstream": version("creditstream"), "solver": solver},
    }


def write_certificate(folder: Path, found: Certificate) -> bool:
    """Beside the strategy, keys sorted; whether anything but versions was new."""
    path = folder / CERTIFICATE
    if path.exists() and _without_versions(_read(path, CERTIFICATE)) == _without_versions(found):
        return False
    path.write_text(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return True


def demand_certificate(model: StrategyModel, folder: Path, label: str) -> None:
    """StrategyError, saying what to do, unless the strategy is certified just as it is."""
    path, name = folder / CERTIFICATE, f"{label}/{CERTIFICATE}"
    advice = f"run `creditstream check {folder}`, which proves it and writes {CERTIFICATE}"
    if not path.exists():
        raise StrategyError(f"{name}: there is none, so nobody has proved this strategy: {advice}")
    found = _read(path, name)
    if found.get("content_hash") != model.content_hash:
        raise StrategyError(
            f"{name}: it is for content {str(found.get('content_hash'))[:12]}, but the strategy's is "
            f"{model.content_hash[:12]}: it was changed since; {advice}"
        )
    if found.get("expectations_hash") != expectations_hash(folder / EXPECTATIONS, f"{label}/{EXPECTATIONS}"):
        raise StrategyError(f"{name}: {EXPECTATIONS} was changed since: {advice}")


def _read(path: Path, name: str) -> Certificate:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise StrategyError(f"{name}: larger than any certificate: delete it and run `creditstream check`")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StrategyError(f"{name}: cannot be read ({error}): delete it and run `creditstream check`") from None
    if not isinstance(found, dict):
        raise StrategyError(f"{name}: this is no certificate: delete it and run `creditstream check`")
    return found


def _without_versions(found: Certificate) -> Certificate:
    return {key: value for key, value in found.items() if key != _VERSIONS}
