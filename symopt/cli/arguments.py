"""Losses begin with a minus sign as often as options do: a command that tells them apart."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from symopt.errors import SymoptError, did_you_mean

WORD = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?", re.DOTALL)


class AsTyped:
    """Leaves a value as it was typed.

    typer validates every value with pydantic, and importing that takes as long as importing typer twice; all our
    values are text, and read by the commands.
    """

    @staticmethod
    def coerce(value: Any, param: Any, ctx: Any) -> Any:
        return [] if value is None and param.multiple else value


class Plain:
    """A command or group whose parameters are `AsTyped`."""

    def get_params(self, ctx: Any) -> list[Any]:
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in parameters:
            parameter.get_runtime_param = AsTyped
        return parameters


class Command(Plain, TyperCommand):
    """A command whose positional arguments may begin with a minus sign, and whose errors are told in lines."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        try:
            ordered = order(args, self.get_params(ctx))
        except SymoptError as error:
            if not ctx.resilient_parsing:  # the shell completes what is not finished yet
                raise stop(error) from None
            ordered = args
        return super().parse_args(ctx, ordered)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; the one place where trouble that a user can fix becomes an exit code."""
        try:
            return super().invoke(ctx)
        except SymoptError as error:
            raise stop(error) from None
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            raise typer.Exit(130) from None


class Group(Plain, TyperGroup):
    """The commands, each loaded when it is called.

    A loss typed in a command's place is answered with the command that was meant.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("--"):
            near = did_you_mean(name, self.list_commands(ctx)) if name.isalpha() else ""
            hint = f"did you mean {near}?" if near else "commands: " + ", ".join(self.list_commands(ctx))
            if not near and not name.isalpha():
                hint = f'to see it descend: symopt animate "{name}"'
            raise stop(SymoptError(f"no such command {name!r}", hint))
        _, _, rest = super().resolve_command(ctx, args)
        return name, load(name), rest


def load(name: str) -> Any:
    """The command in the module of its name, imported only now: help and completion go without all of them."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command)(getattr(import_module(f"symopt.cli.{name}"), name))
    return get_command(alone)


def stop(error: SymoptError) -> typer.Exit:
    """The error told on stderr, and the exit that belongs to it."""
    print("error: " + error.report(), file=sys.stderr)
    return typer.Exit(error.exit_code)


def order(args: list[str], parameters: Iterable[Any]) -> list[str]:
    """The same words as OPTIONS… -- POSITIONALS…

    A known option takes its value whatever that looks like. An unknown `--word` is left for the
    parser's did-you-mean; any other `-…` while a positional argument is missing is that argument,
    and afterwards a short option with its value glued on.
    """
    takes_value: dict[str, bool] = {}
    wanted = 0
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            wanted += 1
        for name in (*parameter.opts, *parameter.secondary_opts):
            if name.startswith("-"):
                takes_value[name] = not (parameter.is_flag or parameter.count)
    options: list[str] = []
    positionals: list[str] = []
    rest = iter(args)
    for word in rest:
        if word == "--":
            positionals.extend(rest)
        elif word in takes_value:
            options.append(word)
            if takes_value[word]:
                value = next(rest, None)
                if value is None:
                    raise SymoptError(f"{word} needs a value", f"symopt COMMAND --help says what {word} takes")
                options.append(value)
        elif word.startswith("--") and (word.split("=")[0] in takes_value or WORD.fullmatch(word)):
            options.append(word)
        elif word.startswith("-") and "-" + word.split("=")[0] in takes_value and len(word) > 2:
            raise SymoptError(f"{word.split('=')[0]} needs two dashes", f"write -{word}")
        elif word.startswith("-") and word != "-" and len(positionals) >= wanted and word[:2] in takes_value:
            options.append(word)
        else:
            positionals.append(word)
    return [*options, "--", *positionals] if positionals else options
