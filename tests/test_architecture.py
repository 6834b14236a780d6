"""The road goes one way: imports run downward only, and labels are spelled in one file."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from stance import labels

PACKAGE = Path(labels.__file__).parent
#: From the bottom up. A module may import from rows below its own, and from its own row
#: where the row is one package.
ROWS = (
    ("errors", "labels", "gazetteer"),
    ("records",),
    ("renaming",),
    ("config",),
    ("articles", "data", "datacheck", "quotes"),
    ("standoff",),
    ("speakers",),
    ("encoder",),
    ("classifiers.base",),
    ("classifiers", "evaluation", "explain", "pinned"),
    ("store",),
    ("tagger",),
    ("cascade",),
    ("scoring",),
    ("aggregate",),
    ("audit", "drift", "labelling"),
    ("reports",),
    ("cards",),
    ("pool", "rundata"),
    ("training", "calibrating", "doctor"),
    ("cli",),
    ("demo", "reproduce", "__main__", "__init__"),
)


def rank(module: str) -> int:
    """The row of the longest name that `module` lies under."""
    found = [
        (len(name), row)
        for row, names in enumerate(ROWS)
        for name in names
        if module == name or module.startswith(name + ".")
    ]
    assert found, f"{module} has no place in the architecture; give it one in {__file__}"
    return max(found)[1]


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        yield name.removesuffix(".__init__") if name != "__init__" else name, path


def imports_of(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("stance."):
            yield node.module.removeprefix("stance."), node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "stance":
            for alias in node.names:
                if (PACKAGE / alias.name).is_dir() or (PACKAGE / f"{alias.name}.py").is_file():
                    yield alias.name, node.lineno


def package_of(module: str) -> str:
    return module.split(".")[0]


def test_imports_run_downward_only():
    wrong = []
    for name, path in modules():
        if name == "__init__":
            continue  # the front door names everything, lazily
        for target, line in imports_of(path):
            same = package_of(name) == package_of(target)
            if rank(target) > rank(name) or (rank(target) == rank(name) and not same):
                wrong.append(f"{path.relative_to(PACKAGE)}:{line} imports {target}")
    allowed = {"data", "datacheck", "quotes", "articles"}
    wrong = [w for w in wrong if not (w.split(".py")[0] in allowed and w.split()[-1] in allowed)]
    assert wrong == []


@pytest.mark.parametrize("name", ["baseline", "transformer"])
def test_the_two_classifiers_never_import_each_other(name):
    others = {
        "baseline": ("transformer", "network", "finetune", "lora"),
        "transformer": ("baseline",),
    }
    for module, path in modules():
        if module == f"classifiers.{name}":
            targets = {target for target, _ in imports_of(path)}
            assert not targets & {f"classifiers.{other}" for other in others[name]}


def test_only_one_file_spells_a_label():
    spelled = {"escalatory", "de-escalatory"}
    wrong = []
    for name, path in modules():
        if name == "labels":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in spelled:
                wrong.append(f"{name}:{node.lineno}")
    assert wrong == []


def loaded_by(code: str) -> set[str]:
    heavy = "('sklearn', 'torch', 'transformers', 'datasets', 'pandas', 'matplotlib', 'pyarrow')"
    script = f"import sys\n{code}\nprint(*[m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stdout.splitlines()[-1].split()) if done.stdout.strip() else set()


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import stance\ndir(stance)\nstance.Article") == set()


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nsys.argv = ['stance', '--help']\nfrom stance.cli.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert loaded_by(code) == set()


def test_finding_quotes_loads_nothing_heavy():
    assert (
        loaded_by("import stance\nassert stance.quotes('“We want talks,” Ada Lund said.')") == set()
    )


def test_the_baseline_trains_and_scores_without_torch():
    code = (
        "import stance\nm = stance.BaselineClassifier(min_df=1)\n"
        "m.fit(['we fight', 'we talk'] * 3, ['a', 'b'] * 3)\nm.predict(['we talk'])"
    )
    assert loaded_by(code) & {"torch", "transformers", "datasets"} == set()
