"""Why something was decided."""

from msgspec import Struct


class Reason(Struct, frozen=True, gc=False):
    """A stable code and a sentence that a customer may read; where it came from."""

    code: str
    text: str
    source: str                                # the step that gave it: "eligibility", "scorecard", "bureau", ...
