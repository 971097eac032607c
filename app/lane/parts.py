"""What the parts of one lane share."""

from msgspec import Struct

from app.decisioning.strategy import Shelf
from app.lane.agenda import Agenda
from app.lane.outbox import Outbox
from app.lane.records import LaneLimits
from app.lane.tables import Tables


class LaneParts(Struct, frozen=True, kw_only=True):
    """One set a lane."""

    shelf: Shelf
    tables: Tables
    agenda: Agenda
    outbox: Outbox
    limits: LaneLimits
