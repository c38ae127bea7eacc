"""A module imports only from lower floors, and on its own floor only from its left."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

import symopt

ROOT = Path(symopt.__file__).parent
FLOORS = [
    ["current", "language", "errors", "files", "notebook", "special", "forms", "functions", "work"],
    ["expression", "data"],
    ["program", "balls", "loss", "gallery"],
    ["methods"],
    ["problem"],
    ["below", "auto", "judge", "paths", "trajectory", "descent"],
    ["codegen", "reading", "checking", "precision", "analysis", "sweep"],
    ["views", "page"],
    ["cli", "pytest_check"],
]
WITHIN = {  # floors of the larger parts; their other modules stand below these
    "analysis": "boxes line along proven study".split(),
    "checking": "prove refute domains verdict annotations given functions rows sums explain compare source".split(),
    "reading": "exact letters packages walk walker general guessed".split(),
}
RANK = {name: (floor, place) for floor, names in enumerate(FLOORS) for place, name in enumerate(names)}
OUTSIDE = {  # where each heavy package may be imported
    "mpmath": {"balls", "judge", "checking", "precision", "analysis", "sweep"},
    "sympy": {
        "forms",
        "functions",
        "expression",
        "program",
        "balls",
        "loss",
        "problem",
        "reading",
        "checking",
        "codegen",
        "analysis",
        "page",
    },
    "matplotlib": {"views"},
    "PIL": {"views"},
    "scipy": {"program", "methods", "judge"},
    "typer": {"cli"},
    "pyarrow": {"data"},
    "dask": {"data"},
    "distributed": {"data", "sweep"},
    "xarray": {"sweep"},
    "flint": {"balls", "analysis"},
}


def part(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path, members=False, types=False):
    """What a file imports, wherever that stands; members of modules, and what is for types alone, only if asked."""
    for names, inside, for_types in found(path):
        if types or not for_types:
            yield from names
            if members:
                yield from inside


@cache
def found(path):
    """(modules, their members, whether for types alone) of each import of a file."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    guarded = [node for node in nodes if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    typing_only = {id(node) for guard in guarded for node in ast.walk(guard)}
    told = []
    for node in nodes:
        if isinstance(node, ast.Import):
            told.append(([alias.name for alias in node.names], [], id(node) in typing_only))
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            told.append(([node.module], members, id(node) in typing_only))
    return told


def faults(path, modules):
    here = part(path)
    if here in ("__init__", "__main__"):
        return
    for module in modules:
        top, *rest = module.split(".")
        if top == "symopt" and rest and rest[0] in RANK and rest[0] != here and RANK[rest[0]] >= RANK[here]:
            yield f"{path.name} of {here} imports {module}"
        if top in OUTSIDE and here not in OUTSIDE[top]:
            yield f"{path.name} of {here} imports {top}"
        if module.startswith("matplotlib.pyplot"):
            yield f"{path.name} imports pyplot"


def test_every_module_stands_on_its_floor():
    found = [fault for path in ROOT.rglob("*.py") for fault in faults(path, imports(path))]
    assert found == []


def rising(top, path, modules):
    """What a file of a part imports from a higher floor of that part."""
    order = WITHIN[top]
    here = path.relative_to(ROOT / top).parts[0].removesuffix(".py")
    floor = order.index(here) if here in order else -1
    return [m for m in modules for name in order[floor + 1 :] if f"{m}.".startswith(f"symopt.{top}.{name}.")]


def test_no_import_runs_up_within_a_part():
    for top in WITHIN:
        for path in (ROOT / top).rglob("*.py"):
            if path != ROOT / top / "__init__.py":  # the face of a part names what is in it
                assert rising(top, path, imports(path, members=True, types=True)) == [], path
    assert rising("analysis", ROOT / "analysis/boxes/search.py", ["symopt.analysis.line.study"])


def test_every_part_has_a_floor():
    parts = {part(path) for path in ROOT.rglob("*.py")} - {"__init__", "__main__"}
    assert parts <= set(RANK)


def test_a_module_above_is_noticed():
    assert list(faults(ROOT / "loss.py", ["symopt.descent"]))
    assert list(faults(ROOT / "trajectory.py", ["symopt.descent"]))
    assert list(faults(ROOT / "descent.py", ["sympy"]))


def modules():
    """Every module by its name in the package; the face of a package, its `__init__`, stands for nothing itself."""
    paths = (path for path in ROOT.rglob("*.py") if path.stem not in ("__init__", "__main__"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}


def reached(graph, start):
    found, left = set(), [start]
    while left:
        for each in graph[left.pop()] - found:
            found.add(each)
            left.append(each)
    return found


def circles(graph):
    """The groups of modules of which each leads to each."""
    after = {name: reached(graph, name) for name in graph}
    return {tuple(sorted(b for b in after[a] if a in after[b])) for a in graph if a in after[a]}


def test_no_circles():
    named = modules()
    graph = {}
    for name, path in named.items():
        told = {each.removeprefix("symopt.") for each in imports(path, members=True, types=True)}
        graph[name] = (told & set(named)) - {name}
    assert len(graph["views.compose"]) > 5
    assert circles(graph) == set()


def test_a_circle_is_noticed():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == {("a", "b", "c")}


def test_no_name_of_a_package_hides_a_module():
    packages = {path.parent for path in ROOT.rglob("*/__init__.py")}
    for name in modules():
        package, _, module = f"symopt.{name}".rpartition(".")
        if ROOT.parent.joinpath(*package.split(".")) in packages:
            found = import_module(f"{package}.{module}")
            assert getattr(import_module(package), module) is found, f"{package}.{module}"
