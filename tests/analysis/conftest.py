"""What is proved needs flint."""

import pytest


@pytest.fixture(autouse=True)
def flint():
    pytest.importorskip("flint")
