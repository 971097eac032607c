"""The names that strategies use for facts lie where they say, with the type that the domain gives them."""

from datetime import date
from operator import attrgetter
from types import NoneType
from typing import get_type_hints

import msgspec
import pytest

from app.decisioning.engine.vocabulary import CASE_FACTS, LIABILITY_FACTS
from app.domain.application import Applicant, LoanApplication
from app.domain.bureau import LateCounts, Liability
from tests.builders import a_report, an_application

ROOTS = {"application": LoanApplication, "applicant": Applicant, "item": Liability}
PYTHON = {"boolean": bool, "number": int, "text": str, "texts": tuple, "date": date}


def declared(path: str) -> msgspec.inspect.Type:
    """The domain's type at the end of a path."""
    root, *steps = path.split(".")
    owner = ROOTS[root]
    for step in steps[:-1]:
        owner = {"late": LateCounts}[step]
    (field,) = (f for f in msgspec.inspect.type_info(owner).fields if f.name == steps[-1])
    return field.type


@pytest.mark.parametrize("fact", [*CASE_FACTS.values(), *LIABILITY_FACTS.values()], ids=lambda f: f.path)
def test_a_name_has_the_type_that_the_domain_declares(fact):
    type_ = declared(fact.path)
    if isinstance(type_, msgspec.inspect.UnionType):
        assert fact.type.optional
        (type_,) = (t for t in type_.types if not isinstance(t, msgspec.inspect.NoneType))
    else:
        assert not fact.type.optional
    if fact.type.values is not None:
        assert fact.type.values == set(type_.values)
    if fact.type.kind == "number":
        assert fact.type.low == (type_.ge if type_.ge is not None else type_.gt + 1)
        assert fact.type.high == type_.le


@pytest.mark.parametrize("names", [CASE_FACTS, LIABILITY_FACTS], ids=["case", "liability"])
def test_a_name_finds_its_value(names):
    application = an_application()
    root = {"application": application, "applicant": application.applicant, "item": a_report().liabilities[0]}
    for fact in names.values():
        first, rest = fact.path.split(".", 1)
        assert isinstance(attrgetter(rest)(root[first]), (PYTHON[fact.type.kind], NoneType))


def test_every_fact_about_the_applicant_can_be_named():
    paths = {fact.path for fact in CASE_FACTS.values()}
    assert {f"applicant.{name}" for name in get_type_hints(Applicant)} <= paths
