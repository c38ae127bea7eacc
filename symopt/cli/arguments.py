"""The command line read before typer reads it: losses that begin with a minus sign, and mistakes answered in one way.

typer parses what is left, which is then always right; and it writes the help.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from symopt.cli.commands import COMMANDS
from symopt.cli.terminal import tell, unheard, wrap
from symopt.errors import SymoptError, did_you_mean, meant
from symopt.language import LANGUAGES, language, preferred, told
from symopt.paths import SUFFIXES

WORD = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?", re.DOTALL)
HEADINGS = ("The loss", "Derivatives written by hand", "The walk", "The picture", "Output")
BLANK = "\ue000"  # at which no line is broken
TOGETHER = re.compile(r'(-\S+ )?"[^"]*"|-\S+ [^\s-]\S*')  # of a command: a quoted text, an option with its value
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Marks, letters and digits as Chinese keyboards write them, and their places in ASCII."""
VERBATIM = re.compile("FILE|TEXT|STYLE|ADDRESS")  # of the options whose values are names or prose
HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


class AsTyped:
    """Leaves a value as it was typed, but for full-width marks in options, which divide as their ASCII ones do.

    typer validates every value with pydantic, and importing that takes as long as importing typer twice; all our
    values are text, and read by the commands. A loss is read with its own marks, so that errors show them.
    """

    @staticmethod
    def coerce(value: Any, param: Any, ctx: Any) -> Any:
        if value is None:
            return [] if param.multiple else None
        if param.param_type_name == "argument" or VERBATIM.search(param.metavar or ""):
            return value
        if isinstance(value, str):
            return value.translate(FULL_WIDTH)
        return [each.translate(FULL_WIDTH) for each in value] if param.multiple else value


class Plain:
    """A command or group whose parameters are `AsTyped`, and whose help has them in groups."""

    def get_params(self, ctx: Any) -> list[Any]:
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in parameters:
            parameter.get_runtime_param = AsTyped
        if not any("--lang" in parameter.opts for parameter in parameters):
            parameters.append(_lang())
        return parameters

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), told("Usage: "))  # type: ignore[attr-defined]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What the command says of itself, paragraph by paragraph; its examples break between their options."""
        for paragraph in inspect.cleandoc(self.help or "").split("\n\n"):  # type: ignore[attr-defined]
            formatter.write_paragraph()
            words, indent = told(" ".join(paragraph.split())), ""
            if words.startswith("symopt "):
                words, indent = TOGETHER.sub(lambda match: match[0].replace(" ", BLANK), words), "  "
            lines = wrap(words, formatter.width - 2, indent).replace(BLANK, " ").split("\n")
            formatter.write("".join(f"  {line}\n" for line in lines))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The parameters under the headings that they name: arguments first, what has no heading last."""
        groups: dict[str, list[tuple[str, str]]] = {name: [] for name in ("Arguments", *HEADINGS, "Options")}
        for parameter in self.get_params(ctx):
            if parameter.param_type_name == "argument":
                groups["Arguments"].append((parameter.metavar, parameter.help))
            elif (record := parameter.get_help_record(ctx)) is not None:
                groups.setdefault(getattr(parameter, "rich_help_panel", None) or "Options", []).append(record)
        room = min(26, max(len(name) for rows in groups.values() for name, _ in rows))
        for heading, rows in groups.items():
            if rows:
                with formatter.section(told(heading)):
                    _listed(formatter, [(f"{name:<{room}}", text) for name, text in rows])
        if isinstance(self, Group):
            self.format_commands(ctx, formatter)


class Command(Plain, TyperCommand):
    """A command whose positional arguments may begin with a minus sign, and whose errors are told in lines."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        try:
            ordered = order(args, self.get_params(ctx), ctx.info_name or "symopt", self.example)
        except SymoptError as error:
            if not ctx.resilient_parsing:  # the shell completes what is not finished yet
                raise stop(error) from None
            ordered = args
        return super().parse_args(ctx, ordered)

    @property
    def example(self) -> str:
        """The example at the end of the help text."""
        return (self.help or "").rstrip().rsplit("\n", 1)[-1].strip()

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; the one place where trouble that a user can fix becomes an exit code."""
        try:
            return super().invoke(ctx)
        except SymoptError as error:
            raise stop(error) from None
        except KeyboardInterrupt:
            print(told("interrupted"), file=sys.stderr)
            raise typer.Exit(130) from None
        except BrokenPipeError:  # whoever listened has had enough: typer would call that a failure
            unheard(sys.stdout)


class Group(Plain, TyperGroup):
    """The commands, each loaded when it is called.

    A loss typed in a command's place is answered with the command that was meant.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        own = [name for parameter in self.get_params(ctx) for name in parameter.opts]
        try:
            check_language(args)
        except SymoptError as error:
            raise stop(error) from None
        word = args[0].split("=")[0] if args else ""
        if word.startswith("-") and word not in own and not ctx.resilient_parsing:
            if not WORD.fullmatch(args[0]):
                raise stop(self._no_command(ctx, args[0]))
            behind = f"options of a command stand behind it: symopt COMMAND … {word}"
            raise stop(SymoptError(f"symopt has no option {word}", meant(word, own, behind)))
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None:
            if ctx.resilient_parsing:
                return None, None, []
            raise stop(self._no_command(ctx, name))
        _, _, rest = super().resolve_command(ctx, args)
        return name, load(name), rest

    def _no_command(self, ctx: Any, name: str) -> SymoptError:
        known = self.list_commands(ctx)
        near = did_you_mean(name, known) if name.isalpha() else ""
        hint = f"did you mean {near}?" if near else "commands: " + ", ".join(known)
        if name == "help":
            hint = "symopt --help, or symopt COMMAND --help"
        elif not near and not name.isalpha():
            hint = f'to see it descend: symopt animate "{name}"'
        return SymoptError(f"no such command {name!r}", hint)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands with all that is said of each, in as many lines as that takes."""
        with formatter.section(told("Commands")):
            _listed(formatter, [(name, self.commands[name].help or "") for name in self.list_commands(ctx)])


def _listed(formatter: Any, rows: list[tuple[str, str]]) -> None:
    """Names with what is told of them; typer's own list counts letters, and Chinese ones are as wide as two."""
    if language() == "en":
        formatter.write_dl(rows)
        return
    left = max(len(name) for name, _ in rows) + 4 if max(len(name) for name, _ in rows) < 30 else 30
    for name, text in rows:
        begin = f"  {name}".ljust(left)
        begin = f"{begin}\n{' ' * left}" if len(begin) > left else begin
        text, _, default = text.partition("  [default: ")
        text = told(text) + (f"（{told('default')} {default.rstrip(']')}）" if default else "")
        written = wrap(" " * left + text, formatter.width, " " * left)[left:]
        formatter.write(f"{begin}{written}\n")


@cache
def _lang() -> Any:
    """The option of every command that says in which language people are spoken to; `spoken` has read it already."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(cls=TyperCommand)(_language_alone)
    option: Any = get_command(alone).params[0]
    option.expose_value, option.get_runtime_param = False, AsTyped
    return option


def _language_alone(
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang", metavar="|".join(LANGUAGES), rich_help_panel=HEADINGS[-1],
            help="The language of words; that of the locale unless told.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """A command of which only the option is taken."""


def check_language(arguments: Sequence[str]) -> None:
    """Raises SymoptError for a `--lang` without a language that is known."""
    for word in _languages(arguments):
        if word not in LANGUAGES:
            raise SymoptError(f"--lang knows no {word!r}", "one of " + ", ".join(LANGUAGES))


def _languages(arguments: Sequence[str]) -> list[str]:
    """What stands behind every `--lang`."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return [
        word.partition("=")[2] if word.startswith("--lang=") else after
        for word, after in pairwise([*before, ""])
        if word == "--lang" or word.startswith("--lang=")
    ]


def spoken(arguments: Sequence[str]) -> str:
    """The language that `--lang` names anywhere on the command line, else that of the locale."""
    named = [word for word in _languages(arguments) if word in LANGUAGES]
    return named[-1] if named else preferred()


def load(name: str) -> Any:
    """The command in the module of its name, imported only now: help and completion go without all of them."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command, context_settings=HELP_OPTIONS)(getattr(import_module(f"symopt.cli.{name}"), name))
    return get_command(alone)


def stop(error: SymoptError) -> typer.Exit:
    """The error told on stderr, and the exit that belongs to it."""
    tell(error)
    return typer.Exit(error.exit_code)


def order(args: list[str], parameters: Iterable[Any], command: str = "symopt", example: str = "") -> list[str]:
    """The same words as OPTIONS… -- POSITIONALS…, once each, all of them known and complete.

    A known option takes its value whatever that looks like, unless it is the name of another. An unknown `--word` is
    a mistake, as is one value given twice; any other `-…` while a positional argument is missing is that argument, and
    afterwards a short option with its value glued on. Raises SymoptError for options that are unknown or lack their
    value, for arguments that are missing or too many.
    """
    known: dict[str, Any] = {}
    arguments = []
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            arguments.append(parameter)
        for name in (*parameter.opts, *parameter.secondary_opts):
            if name.startswith("-"):
                known[name] = parameter
    takes_value = {name for name, parameter in known.items() if not (parameter.is_flag or parameter.count)}
    options: list[str] = []
    told_once: set[str] = set()
    positionals: list[str] = []
    rest = iter(args)
    for word in rest:
        name, equals, _ = word.partition("=")
        if word == "--":
            positionals.extend(rest)
        elif word in takes_value:
            value = next(rest, None)
            if value is None or (value in known and value.startswith("--")):
                raise SymoptError(f"{word} needs a value", _says(word, known[word]))
            _once(word, known[word], told_once)
            options += [word, value]
        elif word in ("-h", "--help") and word in known:
            return ["--help"]
        elif word in known or (name in takes_value and word.startswith("--")):
            if name in takes_value:
                _once(name, known[name], told_once)
            options.append(word)
        elif name in known and equals and word.startswith("--"):
            raise SymoptError(f"{name} takes no value", f"write {name} alone")
        elif WORD.fullmatch(word):
            raise _unknown(name, known, command)
        elif "-" + name in known and len(name) > 2:
            raise SymoptError(f"{name} needs two dashes", f"write -{word}")
        elif word.startswith("-") and word != "-" and len(positionals) >= len(arguments):
            for letter in word[1:]:
                if f"-{letter}" not in known:
                    raise _unknown(f"-{letter}" if letter.isalpha() else word, known, command)
                if f"-{letter}" in takes_value:
                    _once(f"-{letter}", known[f"-{letter}"], told_once)
                    break
            options.append(word)
        else:
            positionals.append(word)
    missing = [parameter for parameter in arguments[len(positionals) :] if parameter.required]
    if missing:
        raise SymoptError(f"{command} needs {missing[0].metavar or missing[0].name}", f"for example {example}")
    if len(positionals) > len(arguments) and not any(parameter.nargs == -1 for parameter in arguments):
        raise too_many(positionals, len(arguments), command, known)
    return [*options, "--", *positionals] if positionals else options


def _once(name: str, parameter: Any, told_once: set[str]) -> None:
    """Raises SymoptError for an option of one value that was there before."""
    if parameter.name in told_once and not parameter.multiple:
        one = "the columns belong in one file: paste -d, A.csv B.csv > BOTH.csv"
        raise SymoptError(f"{name} is given twice", one if name == "--data" else "leave one of them out")
    told_once.add(parameter.name)


def _says(name: str, parameter: Any) -> str:
    return f"{name} {getattr(parameter, 'metavar', None) or 'VALUE'}: {getattr(parameter, 'help', '')}"


def _unknown(name: str, known: Iterable[str], command: str) -> SymoptError:
    """An option that the command does not have: a slip, or another command's."""
    owners = _owners(name)
    near = did_you_mean(name[2:], [word[2:] for word in known if word.startswith("--")]) if len(name) > 2 else ""
    hint = f"did you mean --{near}?" if near else f"symopt {command} --help lists its options"
    return SymoptError(f"{command} has no option {name}", f"{name} belongs to {', '.join(owners)}" if owners else hint)


def _owners(option: str) -> list[str]:
    """The commands that have an option."""
    return [name for name in COMMANDS if any(option in parameter.opts for parameter in load(name).params)]


def too_many(positionals: list[str], most: int, command: str, known: Iterable[str]) -> SymoptError:
    """Words that stand where nothing more is expected: a loss with blanks, a method or a file without its option."""
    from symopt.cli.completion import method_names

    word = positionals[most]
    option = positionals[0] if most and re.fullmatch("-[A-Za-z]", positionals[0]) else ""
    hint = f"symopt {command} --help says what it takes"
    if option and (owners := _owners(option)):
        return SymoptError(f"{command} has no option {option}", f"{option} belongs to {', '.join(owners)}")
    if word in method_names() and "-m" in known:
        hint = f"did you mean -m {word}?"
    elif "--path" in known and word.lower().endswith(SUFFIXES):
        hint = f"did you mean --path {word}? Each file has its own --path"
    elif "-o" in known and re.search(r"\.[a-z]{3,4}$", word):
        hint = f"did you mean -o {word}?"
    elif "-w" in known and re.fullmatch(r"[^()]+,[^()]+", word):
        hint = f"one for each variable is -w x=-2,2 -w y={word}"
    elif "--vars" in known:
        hint = f'a loss stands in double quotes: symopt {command} "{" ".join(positionals)}"'
    return SymoptError(f"{command} takes {most or 'no'} argument{'s' * (most != 1)}, {word!r} is one too many", hint)
