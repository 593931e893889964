"""Imports point one way, no import loads a model, and every setting is documented."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drafting.__main__ import OLDEST
from drafting.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"flask", "torch", "transformers", "peft", "llguidance", "tokenizers", "accelerate", "ray"}
COMMANDS = {"drafting/commands.py", "drafting/batch/commands.py", "drafting/batch/machines.py"}
LOADERS = {
    "load_engine",
    "load_local_engine",
    "load_base",
    "from_pretrained",
    "prepare_default_model",
    "load_file",
}


def modules(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the dotted name of each import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield node.module or "", node


def imported(path: Path) -> set[str]:
    return {name for name, _ in imports(ast.parse(path.read_text(encoding="utf-8")))}


def roots(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules("drafting"), ids=name_of)
def test_the_domain_knows_neither_weights_nor_http(path: Path) -> None:
    names = imported(path)
    if name_of(path) in COMMANDS:
        names -= {"models.loading", "models.cluster.workers", "web.serve", "web.security.keys"}
    assert not roots(names) & (HEAVY | {"models", "web", "tests"})


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_the_command_line_puts_models_to_work_in_one_function(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = [node for name, node in imports(tree) if name.startswith("models")]
    assert len(found) == 1
    assert found[0] not in tree.body, "torch would be loaded for --help too"
    assert not [n for name, n in imports(tree) if name.startswith("web") and n in tree.body]


@pytest.mark.parametrize("path", modules("models"), ids=name_of)
def test_models_know_nothing_of_http(path: Path) -> None:
    assert not roots(imported(path)) & {"web", "flask", "tests"}


@pytest.mark.parametrize("path", modules("models"), ids=name_of)
def test_ray_is_known_to_the_cluster_alone_and_imported_late(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for name, node in imports(tree) if name.partition(".")[0] == "ray"]
    assert not found or path.parent.name == "cluster"
    assert not [node for node in found if node in tree.body]


@pytest.mark.parametrize("path", modules("web"), ids=name_of)
def test_pages_never_touch_weights(path: Path) -> None:
    names = imported(path)
    if name_of(path) == "web/serve.py":
        names.discard("models.loading")
    assert not roots(names) & ((HEAVY | {"models", "tests"}) - {"flask"})


def test_prompts_hold_data_and_no_code() -> None:
    files = [path for path in (ROOT / "prompts").rglob("*") if path.is_file()]
    assert files
    assert {path.suffix for path in files} <= {".yaml", ".txt", ".md"}


@pytest.mark.parametrize(
    "path", [*modules("drafting"), *modules("models"), *modules("web")], ids=name_of
)
def test_no_model_is_loaded_by_an_import(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call in calls_at_import(tree):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
        assert name not in LOADERS


def calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that run when a module is imported, whatever block they stand in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "__main__" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from calls_at_import(child)


def test_the_search_for_loading_finds_what_it_looks_for() -> None:
    tree = ast.parse("class A:\n    engine = load_engine(1)\ndef f():\n    load_engine(2)\n")
    assert [ast.unparse(call) for call in calls_at_import(tree)] == ["load_engine(1)"]


def test_the_oldest_python_is_told_alike_and_older_ones_are_refused() -> None:
    told = ".".join(map(str, OLDEST))
    makefile, readme = ((ROOT / name).read_text("utf-8") for name in ("Makefile", "README.md"))
    assert f"sys.version_info < {OLDEST}" in makefile
    assert f"Python {told}" in makefile
    assert f"({told} or later" in readme
    older = "import sys, runpy; sys.version_info = (3, 11, 4); runpy.run_module('drafting', run_name='__main__')"
    ended = subprocess.run([sys.executable, "-c", older], capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 1
    assert f"Please use {told} or later" in ended.stderr


def test_every_setting_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if PREFIX + name.upper() not in readme]
    assert not missing


def test_no_setting_is_documented_that_there_is_not() -> None:
    words = (ROOT / "README.md").read_text(encoding="utf-8").replace("`", " ").split()
    named = {word for word in words if word.startswith(PREFIX)}
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields}
