"""The small types that facts are made of: what is allowed in a field is said once, here.

Money is an integer in minor units of the currency beside it (cents, yen), bounded so that every sum of 1,000 of them
still fits in 64 bits. Text is short and printable, and never a bare run of 13 to 19 digits, which is what a card number
looks like: an id that could be one is refused rather than stored.

Ids, names, codes and text fill every event by the dozen, and a regular expression for each would cost more than the
rest of the decoding. Their patterns are therefore published (`_spelt`), and the decoders of app.contracts enforce them
by one look at the whole event, or at each name that they have not met before.
"""

from typing import Annotated, Literal

from msgspec import Meta

_NOT_A_CARD_NUMBER = r"(?![0-9]{13,19}$)"


def _spelt(pattern: str, *, min_length: int | None = None, max_length: int) -> Meta:
    return Meta(min_length=min_length, max_length=max_length, extra_json_schema={"pattern": pattern})


EventId = Annotated[str, _spelt(rf"^{_NOT_A_CARD_NUMBER}[A-Za-z0-9._:-]{{1,64}}$(?!\n)", min_length=1, max_length=64)]
CustomerId = EventId
ApplicationId = EventId
ConsentId = EventId
Bureau = Annotated[str, _spelt(r"^[A-Z][A-Z0-9_]{1,31}$(?!\n)", min_length=2, max_length=32)]
Code = Annotated[str, _spelt(rf"^{_NOT_A_CARD_NUMBER}[^\x00-\x1f]*$(?!\n)", min_length=1, max_length=40)]
Text = Annotated[str, _spelt(rf"^{_NOT_A_CARD_NUMBER}[^\x00-\x1f]*$(?!\n)", max_length=200)]
DataValue = Annotated[str, _spelt(r"^[^\x00-\x1f]*$(?!\n)", max_length=40)]
Region = Annotated[str, _spelt(r"^[0-9A-Z]{1,8}$(?!\n)", min_length=1, max_length=8)]
# Products and propositions: CustomerLoan.
Name = Annotated[str, _spelt(r"^[A-Z][A-Za-z0-9]{1,63}$(?!\n)", min_length=2, max_length=64)]

Money = Annotated[int, Meta(ge=0, le=10**15)]                              # minor units
PositiveMoney = Annotated[int, Meta(gt=0, le=10**15)]                      # minor units
Count = Annotated[int, Meta(ge=0, le=10_000)]
Months = Annotated[int, Meta(ge=0, le=1_200)]
TermMonths = Annotated[int, Meta(ge=1, le=600)]

Millis = int                                                               # since 1970-01-01T00:00:00Z, as Kafka stamps

MaritalStatus = Literal[
    "MARRIED", "WIDOWED", "DIVORCED", "SINGLE", "SEPARATED", "CIVIL_PARTNERSHIP", "UNDISCLOSED"
]
EmploymentStatus = Literal[
    "STUDENT", "EMPLOYED", "UNEMPLOYED", "SELF_EMPLOYED", "RETIRED", "PART_TIME", "HOMEMAKER", "OTHER"
]
Accommodation = Literal["OWNER", "MORTGAGE", "TENANT", "WITH_PARENTS", "EMPLOYER_PROVIDED", "OTHER"]

Segment = Literal["RED", "YELLOW", "GREEN", "UNSCORED"]
Basis = Literal["INTERNAL_AND_BUREAU", "INTERNAL_ONLY", "NONE"]
Outcome = Literal["APPROVE", "DECLINE", "REFER"]
Trigger = Literal["COMPLETE", "DEADLINE", "WITHDRAWAL", "NO_CONSENT"]
