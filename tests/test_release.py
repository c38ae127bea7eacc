"""What a release rests on: one version, declared imports, the systems and Pythons that are promised, dates."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import symopt
from docs.notes import notes
from symopt.cli.commands import COMMANDS
from tests.test_floors import imports

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = {"PIL": "pillow", "flint": "python-flint", "imageio_ffmpeg": "imageio-ffmpeg", "mpl_toolkits": "matplotlib"}
FROM_OTHERS = {"IPython", "pytest", "traitlets"}  # asked for only where it already runs


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def floors(requirements):
    return dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", text).groups() for text in requirements)


def test_the_version_stands_in_one_file():
    assert "version" not in PROJECT
    assert PROJECT["dynamic"] == ["version"]
    assert version("symopt-lab") == symopt.__version__
    for name in ("pyproject.toml", "CITATION.cff", "README.md", "package.json"):
        assert symopt.__version__ not in read(name), name


def test_the_top_level_holds_what_belongs_there():
    """A file of measurements lay there under the name `x`."""
    if not (ROOT / ".git").exists():
        pytest.skip("which files belong to a checkout is known to git")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {name.partition("/")[0] for name in tracked if not name.startswith(".")} == {
        "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "Containerfile", "LICENSE", "README.md", "README.zh.md",
        "SECURITY.md", "benchmarks", "build.mjs", "docs", "eslint.config.js", "examples", "package-lock.json",
        "package.json", "pyproject.toml", "symopt", "tests",
    }  # fmt: skip


def test_a_checkout_that_is_not_installed_knows_its_version(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import symopt; print(symopt.__version__); print(*sys.modules)"
    )
    bare = subprocess.run([sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    told, modules = bare.stdout.splitlines()
    assert told == symopt.__version__
    assert "importlib.metadata" not in modules.split()


def test_every_import_is_declared():
    sources = (ROOT / "symopt").rglob("*.py")
    imported = {module.partition(".")[0] for path in sources for module in imports(path, types=True)}
    others = imported - set(sys.stdlib_module_names) - {"symopt"} - FROM_OTHERS
    extras = PROJECT["optional-dependencies"]
    declared = floors(
        [*PROJECT["dependencies"], *extras["mp4"], *extras["cluster"], *extras["sweep"], *extras["widget"]]
    )
    assert {PACKAGES.get(name, name) for name in others} == set(declared) - {"zarr"}  # by which xarray reads


def test_ci_runs_what_is_promised():
    workflow = read(".github/workflows/ci.yml")
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert promised[0] == PROJECT["requires-python"].removeprefix(">=")
    assert re.findall(r'"(3\.\d+)"', re.search(r"python: \[(.*)\]", workflow)[1]) == promised
    assert re.search(r"system: \[(.*)\]", workflow)[1] == "ubuntu-latest, macos-latest, windows-latest"
    lowest = workflow.partition("\n  lowest:")[2].partition("\n\n  ")[0]
    assert "--resolution lowest-direct" in lowest
    assert f'python-version: "{promised[0]}"' in lowest


def test_the_changelog_has_dates():
    changelog = read("CHANGELOG.md")
    heads = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    for head in heads[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", head), head
    kinds = re.findall(r"^### (.*)$", changelog, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    entries = re.findall(r"^- (.{10})", changelog.partition("## [Unreleased]")[2].partition("\n## [")[0], re.MULTILINE)
    assert entries
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", entry) for entry in entries)


def test_the_notes_of_a_release_are_its_section_of_the_changelog():
    changelog = (
        "# C\n\n## [Unreleased]\n- new\n\n## [0.2.0] - 2026-01-02\n### Added\n- a\n\n## [0.1.0] - 2025-01-01\n- b\n"
    )
    assert notes("0.2.0", changelog) == "### Added\n- a\n"
    assert notes("0.1.0", changelog) == "- b\n"
    undated, empty = changelog.replace(" - 2026-01-02", ""), changelog.replace("### Added\n- a\n", "")
    for number, text in (("0.3.0", changelog), ("0.2.0", undated), ("0.2.0", empty), ("0.2.0", changelog * 2)):
        with pytest.raises(LookupError, match=number):
            notes(number, text)


def test_a_tag_builds_publishes_without_a_password_and_tells_the_notes():
    workflow = read(".github/workflows/release.yml")
    jobs = dict(re.findall(r"^  (\w+):\n(    needs.*?|    runs.*?)(?=^  \w|\Z)", workflow, re.DOTALL | re.MULTILINE))
    assert {"build", "release", "publish"} <= set(jobs)
    assert "python -m docs.notes" in jobs["build"]
    assert "id-token: write" in jobs["publish"]
    assert "environment: pypi" in jobs["publish"]
    assert "secrets." not in workflow
    assert "password" not in workflow


def test_what_the_site_says_of_installing_names_programs_and_modules_that_are_there():
    for page in ("docs/start.md", "docs/zh/start.md"):
        told = read(page)
        assert set(re.findall(r"uvx --from \. (\S+)", told)) == set(PROJECT["scripts"])
        assert {"`uv tool install .`", "`pipx install .`", "`podman build -t symopt .`"} <= set(
            re.findall(r"`[^`]+`", told)
        )
        for module in re.findall(r"python -m (symopt[\w.]*)", told):
            assert (ROOT / f"{module.replace('.', '/')}.py").exists()
        assert "`symopt --install-completion`" in told


def test_the_container_needs_the_network_only_to_be_built():
    lines = re.sub(r"\\\n", " ", read("Containerfile")).splitlines()
    said = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    bases = [text.split()[0] for word, text in said if word == "FROM"]
    (base,) = set(bases)
    assert re.search(r"Python :: " + re.escape(re.search(r":(3\.\d+)-slim$", base)[1]), str(PROJECT["classifiers"]))
    last = said[[word for word, _ in said].index("FROM", 1) :]
    assert ["USER", "user"] in last
    assert ["ENTRYPOINT", '["symopt"]'] in last
    runs = " ".join(text for word, text in last if word == "RUN")
    assert not re.search(r"pip|apt|curl|wget|https?:|ADD", runs)
    assert {".git", ".venv", "node_modules"} <= set(read(".containerignore").split())
    assert read(".dockerignore") == read(".containerignore")


def test_the_manual_page_has_every_command_and_option():
    made = subprocess.run(
        [sys.executable, "-m", "symopt.cli.manual"], capture_output=True, encoding="utf-8", check=True
    )
    for name in COMMANDS:
        assert f".SH SYMOPT {name.upper()}\n" in made.stdout
    assert made.stdout.count(".EX\n") == made.stdout.count(".EE\n") == len(COMMANDS) + 1
    assert r"\-\-gtol" in made.stdout
    if groff := shutil.which("groff"):
        drawn = subprocess.run([groff, "-man", "-Kutf8", "-Tutf8", "-ww"], input=made.stdout, capture_output=True,
                               encoding="utf-8", check=True)  # fmt: skip
        assert drawn.stderr == ""
        assert '"-cos(pi*x/20) + x**2"' in drawn.stdout
