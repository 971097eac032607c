"""The strategies that a worker holds, by the product they serve and the instant from which they are in force."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from app.decisioning.engine.strategy import ReadyStrategy
from app.domain.quantities import Millis
from app.errors import StrategyError
from app.strategies.certificates import demand_certificate
from app.strategies.strategy import MAIN, read_strategy

SHIPPED = Path(__file__).parent / "data"


class StrategyShelf:
    """Implements `app.decisioning.strategy.Shelf`."""

    def __init__(self, strategies: Iterable[ReadyStrategy]) -> None:
        self._held: dict[tuple[str, int], ReadyStrategy] = {}
        self._by_product: dict[str, list[ReadyStrategy]] = {}
        for strategy in strategies:
            key = (strategy.name, strategy.version)
            if key in self._held:
                raise StrategyError(f"two folders hold {strategy.name} version {strategy.version}: raise one's version")
            self._held[key] = strategy
            for product in sorted(strategy.products):
                self._by_product.setdefault(product, []).append(strategy)
        for product, serving in self._by_product.items():
            serving.sort(key=lambda s: s.effective_from)
            for earlier, later in pairwise(serving):
                if earlier.effective_from == later.effective_from:
                    raise StrategyError(
                        f"{_label(earlier)} and {_label(later)} both serve {product} from the same instant: "
                        "give one a later effective_from"
                    )

    def __iter__(self) -> Iterator[ReadyStrategy]:
        return iter(self._held.values())

    def in_force(self, product: str, at: Millis) -> ReadyStrategy | None:
        """The version with the latest effective_from <= at that serves the product; None when nothing does."""
        chosen = None
        for strategy in self._by_product.get(product, ()):
            if strategy.effective_from > at:
                break
            chosen = strategy
        return chosen

    def pinned(self, name: str, version: int, content_hash: str) -> ReadyStrategy:
        """That very strategy; StrategyError, naming it, when this worker lacks it."""
        strategy = self._held.get((name, version))
        if strategy is None:
            held = ", ".join(_label(s) for s in self._held.values())
            raise StrategyError(
                f"a case is pinned to strategy {name} version {version}, which this worker does not hold (it holds "
                f"{held}): start it with that version's folder"
            )
        if strategy.content_hash != content_hash:
            raise StrategyError(
                f"a case is pinned to strategy {name} version {version} with content {content_hash[:12]}, but this "
                f"worker's has {strategy.content_hash[:12]}: restore the file, or give the change a version of its own"
            )
        return strategy


def load_shelf(directory: Path | None = None, *, certified: bool = False) -> StrategyShelf:
    """Every strategy under the directory (the shipped ones when None), checked and compiled.

    Raises StrategyError for the first that is refused, and when there is none. `certified`: what decides for real is
    refused, too, without a certificate of exactly its content.
    """
    root, folders = strategy_folders(directory)
    return StrategyShelf(_ready(folder, label_of(folder, root), certified=certified) for folder in folders)


def _ready(folder: Path, label: str, *, certified: bool) -> ReadyStrategy:
    model = read_strategy(folder, label)
    if certified:
        demand_certificate(model, folder, label)
    return ReadyStrategy(model)


def strategy_folders(directory: Path | None = None) -> tuple[Path, list[Path]]:
    """The directory that is meant (the shipped one when None), and the folders of all strategies under it."""
    root = SHIPPED if directory is None else directory
    folders = sorted(path.parent for path in root.rglob(MAIN)) if root.is_dir() else []
    if not folders:
        raise StrategyError(f"no strategy in {root}: a strategy is a folder with a {MAIN}")
    return root, folders


def label_of(folder: Path, root: Path) -> str:
    """What messages call a folder: its path below the directory that was loaded."""
    below = folder.relative_to(root).as_posix()
    return folder.name if below == "." else below


def _label(strategy: ReadyStrategy) -> str:
    return f"{strategy.name} version {strategy.version}"
