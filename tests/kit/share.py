"""Of many cases of one kind the suite takes a share; all of them with WHOLE=1 in the environment."""

import os


def share(cases, of, first=0):
    """Every `of`-th of the cases, from the first on."""
    return list(cases)[first % of :: of] if os.environ.get("WHOLE") != "1" else list(cases)
