"""Values of names, some of which are given and stay whatever a flow makes of them."""

from collections.abc import Mapping
from typing import Any


class PinnedValues(dict[str, Any]):
    """A dict that ignores what is set for its pinned names."""

    def __init__(self, values: Mapping[str, Any], pinned: Mapping[str, Any]) -> None:
        super().__init__({**values, **pinned})
        self._pinned = pinned

    def __setitem__(self, name: str, value: Any) -> None:
        if name not in self._pinned:
            super().__setitem__(name, value)

    def update(self, *args: Any, **keywords: Any) -> None:
        for name, value in dict(*args, **keywords).items():
            self[name] = value

    def __ior__(self, other: Any) -> "PinnedValues":  # type: ignore[override, misc]
        self.update(other)
        return self
