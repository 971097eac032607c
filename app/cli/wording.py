"""Help texts as they should reach a terminal: paragraphs that wrap where it is narrow, examples left as they are."""

from inspect import cleandoc

import typer


def word(app: typer.Typer) -> typer.Typer:
    """Takes the help of every command, groups included, from its docstring; lists show its first sentence."""
    for command in app.registered_commands:
        text = paragraphs(command.callback.__doc__ or "")
        command.help = text
        command.short_help = text.split("\n\n")[0].split(". ")[0].rstrip(".") + "."
    for group in app.registered_groups:
        if group.typer_instance is not None:
            word(group.typer_instance)
    return app


def paragraphs(docstring: str) -> str:
    """Each paragraph on one line; an example keeps its lines."""
    blocks = cleandoc(docstring).split("\n\n")
    return "\n\n".join(block if block.startswith("Example") else " ".join(block.split()) for block in blocks)
