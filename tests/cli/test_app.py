from importlib import import_module
from inspect import getdoc

import pytest

from symopt.cli.app import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_of_a_command_what_the_command_says_of_itself(name):
    command = getattr(import_module(f"symopt.cli.{name}"), name)
    assert getdoc(command).splitlines()[0] == COMMANDS[name]
