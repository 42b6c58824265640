"""Laws that hold for every source file: small, safe to read, and silent about one machine."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "auscult"
FILES = sorted(SRC.rglob("*.py"))
MAX_FILE_LINES, MAX_BODY_LINES = 300, 40
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
SOURCES = {str(p.relative_to(SRC)): p.read_text(encoding="utf-8") for p in FILES}


def faults_of(source: str) -> list[str]:
    """Ways in which data could become code: an unpickler, or a call that runs text."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found += [name for name in names if name.split(".")[0] in UNSAFE_MODULES]
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in UNSAFE_CALLS | {"torch.load"}:
                found.append(called)
            told = {k.arg: ast.unparse(k.value) for k in node.keywords}
            if told.get("allow_pickle") == "True" or told.get("shell") == "True":
                found.append(f"{called} with {told}")
    return found


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "def f():\n    import dill.source",
        "eval('1')",
        "import torch\ntorch.load('x')",
        "np.load('x', allow_pickle=True)",
        "run('ls', shell=True)",
    ],
)
def test_the_search_for_unsafe_code_finds_it(source: str) -> None:
    assert len(faults_of(source)) == 1


def test_data_never_becomes_code() -> None:
    found = {name: faults for name, source in SOURCES.items() if (faults := faults_of(source))}
    assert found == {}


def test_files_fit_and_open_with_what_they_are() -> None:
    assert [n for n, source in SOURCES.items() if source.count("\n") > MAX_FILE_LINES] == []
    assert [n for n, source in SOURCES.items() if not ast.get_docstring(ast.parse(source))] == []


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{name}: {node.name} has {n_lines} lines"
        for name, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and (n_lines := body_lines(node)) > MAX_BODY_LINES
    ]
    assert long == []


def body_lines(node: ast.FunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_called_after_nothing() -> None:
    assert not {"utils", "helpers", "misc", "common"} & {path.stem for path in FILES}
