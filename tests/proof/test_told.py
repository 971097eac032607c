"""How `creditstream check` tells what it found: for a person on a terminal, for editors where it is piped."""

from io import StringIO

from rich.console import Console

from app.cli.checked import tell, tell_proof
from app.strategies.proving import Open, Proof, Proved

FOUND = "v1/pricing.yaml:12: table pricing: no row matches segment = GREEN: add a row for it"


def shown(*, terminal, width=60):
    return Console(file=StringIO(), force_terminal=terminal, width=width, color_system=None, highlight=False)


def test_a_finding_that_is_piped_is_one_line_that_an_editor_can_jump_to():
    console = shown(terminal=False)
    tell(console, "[red]x[/]", FOUND)
    assert console.file.getvalue() == f"x {FOUND}\n"


def test_on_a_terminal_the_place_stands_above_the_message_which_is_wrapped_under_it():
    console = shown(terminal=True)
    tell(console, "[red]x[/]", FOUND)
    first, *rest = console.file.getvalue().rstrip("\n").split("\n")
    assert "v1/pricing.yaml:12" in first and "no row" not in first
    assert len(rest) == 2 and all(line.startswith("    ") and len(line) <= 60 for line in rest)


def test_what_an_author_wrote_is_no_markup():
    console = shown(terminal=False)
    tell(console, "!", "v1/a.yaml:1: column [red]: [540..660) is [bold]")
    assert "column [red]: [540..660) is [bold]" in console.file.getvalue()


def test_what_stays_open_is_told_with_the_reason_why_that_is_accepted():
    proof = Proof([Proved("always a < b", "regions"), Proved("always b < c", "z3")])
    proof.open.append(Open("always c < d", "z3 gave up", "tested elsewhere"))
    console = shown(terminal=False, width=200)
    tell_proof(console, "v1", proof, whole=True)
    assert console.file.getvalue().splitlines() == [
        "+ v1: proved: 1 by regions, 1 by z3",
        "    always a < b (regions)",
        "    always b < c (z3)",
        "? v1: `always c < d` stays open: z3 gave up",
        "    accepted: tested elsewhere",
    ]
