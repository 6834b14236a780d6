"""Write the pages of docs/ that are made from the package itself: run it after a change there.

    python scripts/reference.py [--check]

`docs/commands.md` comes from the application, `docs/python.md` from signatures and
docstrings, `docs/codebook.md` from data/CODEBOOK.md. A test says when one is out of date;
`--check` says so too, by its exit status.
"""

import argparse
import ast
import importlib
import inspect
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What is documented beside the names of `import stance`: figures and orders for one's own code.
FURTHER = (
    ("stance.aggregate", ("gather", "summarise", "read_confusion")),
    ("stance.speakers", ("read_aliases", "observe", "merge")),
    ("stance.drift", ("read_batch", "compare", "advice")),
    ("stance.explain", ("explain",)),
)
#: Methods that are described; what scikit-learn adds to its estimators is described there.
METHODS = (
    "fit", "predict", "predict_proba", "probabilities", "classes_of", "truncated", "__call__",
    "to_dict", "from_dict", "label", "confidence",
)  # fmt: skip


def commands() -> str:
    """The page of all commands, with every argument and option."""
    import typer.main

    from stance.cli.app import app

    root = typer.main.get_command(app)
    everywhere = {option for parameter in root.params for option in parameter.opts}
    out = [
        "# Commands",
        "Every command and option, as `stance COMMAND --help` prints them. INPUT is a file, a "
        "folder, a glob or `-`; MODEL a folder, the name of a model under `./models` or of a "
        "shipped one, or a hub id `org/name`; SCORES what `stance score` wrote.",
        "Exit status: 0 all well, 1 failure, 2 a wrong call, 3 bad data or a bad model, 4 a "
        "quality gate failed, 5 done, but some inputs failed (each is listed with its reason), 130 "
        "interrupted. Rows and JSON go to stdout, everything else to stderr; progress is shown on "
        "terminals only. `NO_COLOR=1` takes the colours away.",
        "## stance",
        "Options of `stance` itself; `--quiet`, `--verbose` and `--help` may also stand after any "
        "command.",
        _table(root, root.params, skip=set()),
    ]
    for name, command in root.commands.items():
        out += _command(command, f"stance {name}", "##", everywhere)
        for sub, inner in getattr(command, "commands", {}).items():
            out += _command(inner, f"stance {name} {sub}", "###", everywhere)
    return "\n\n".join(part for part in out if part) + "\n"


def _command(command, name, heading, everywhere):
    import typer

    context = typer.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    described = textwrap.dedent(command.help or "").strip()
    if hasattr(command, "commands"):
        return [f"{heading} {name}", described]
    return [
        f"{heading} {name}",
        f"```text\n{name} {usage}\n```",
        described,
        _table(command, command.params, skip=everywhere),
    ]


def _table(command, parameters, *, skip):
    import typer

    context = typer.Context(command, info_name="stance")
    rows = []
    for parameter in parameters:
        if skip & set(parameter.opts) and parameter.param_type_name == "option":
            continue
        record = parameter.get_help_record(context)
        if record:
            name, text = (" ".join(part.split()).replace("|", "\\|") for part in record)
            rows.append(f"| `{name}` | {text.replace('<', '&lt;')} |")
    return "\n".join(["| | |", "|---|---|", *rows]) if rows else ""


def python() -> str:
    """The page of what `import stance` gives, and of some modules behind it."""
    import stance

    out = [
        "# Python",
        "What `import stance` gives; each name is loaded when first used. Signatures and texts "
        "are those of the code, so `help(stance.score)` says the same.",
    ]
    for name in stance.__all__:
        home = importlib.import_module(stance._HOME[name])
        member = getattr(home, "extract" if name == "quotes" else name)
        out += _member(member, f"stance.{name}")
    out += ["## For your own figures", "The modules behind the commands."]
    for module, names in FURTHER:
        for name in names:
            member = getattr(importlib.import_module(module), name)
            out += _member(member, f"{module}.{name}", heading="###")
    return "\n\n".join(part for part in out if part) + "\n"


def _member(member, name, heading="##"):
    title = [f"{heading} {name}"]
    if not inspect.isclass(member):
        return [*title, _code(member, name), _docs(member)]
    out = [*title, *_class_code(member, name), _docs(member)]
    if issubclass(member, Exception):
        tree = inspect.getdoc(sys.modules[member.__module__]) or ""
        out.append(f"```text\n{tree.strip()}\n```")
    for method in METHODS:
        found = inspect.getattr_static(member, method, None)
        function = getattr(found, "__func__", found)
        if not inspect.isfunction(function) or method not in _own(member):
            continue
        shown = f"{name}(...)" if method == "__call__" else f"{name}.{method}"
        out += [f"{heading}# {shown}", _code(function, method), _docs(function)]
    return out


def _own(member):
    """The methods that this package gives a class, rather than a library it inherits from."""
    ours = [cls for cls in member.__mro__ if cls.__module__.startswith("stance.")]
    return {name for cls in ours for name in vars(cls)}


def _class_code(member, name):
    if hasattr(member, "__dataclass_fields__"):
        tree = ast.parse(textwrap.dedent(inspect.getsource(member))).body[0]
        fields = [ast.unparse(node) for node in tree.body if isinstance(node, ast.AnnAssign)]
        return ["```python\n" + "\n".join(fields) + "\n```"]
    if "__init__" in vars(member):
        return [_code(member.__init__, name)]
    return []


def _code(function, name):
    """The signature as it is spelt, without `self`, broken where it is long."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    arguments = tree.args
    if arguments.args and arguments.args[0].arg in ("self", "cls"):
        del arguments.args[0]
    parts = list(_split(arguments))
    returns = ast.unparse(tree.returns) if tree.returns and tree.name != "__init__" else ""
    arrow = f" -> {returns}" if returns else ""
    line = f"{name}({', '.join(parts)}){arrow}"
    if len(line) > 88:
        line = f"{name}(\n    " + ",\n    ".join(parts) + f",\n){arrow}"
    return f"```python\n{line}\n```"


def _split(arguments):
    """Each argument as it is spelt, with its annotation and default."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    for argument, default in zip(plain, defaults, strict=True):
        yield _spelt(argument, default)
    if arguments.vararg:
        yield "*" + _spelt(arguments.vararg, None)
    elif arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _spelt(argument, default)
    if arguments.kwarg:
        yield "**" + _spelt(arguments.kwarg, None)


def _spelt(argument, default):
    kind = f": {ast.unparse(argument.annotation)}" if argument.annotation else ""
    equals = " = " if kind else "="
    return f"{argument.arg}{kind}" + (f"{equals}{ast.unparse(default)}" if default else "")


def _docs(member):
    return inspect.getdoc(member) or ""


def codebook() -> str:
    """The codebook, as it stands beside the data."""
    return (ROOT / "data" / "CODEBOOK.md").read_text(encoding="utf-8")


PAGES = {"commands.md": commands, "python.md": python, "codebook.md": codebook}


def main() -> None:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        page, made = ROOT / "docs" / name, re.sub(r"\n{3,}", "\n\n", make())
        if not page.is_file() or page.read_text(encoding="utf-8") != made:
            stale.append(name)
            if not check:
                page.write_text(made, encoding="utf-8")
    print(f"{'out of date' if check else 'written'}: {', '.join(stale) or 'none'}")
    sys.exit(bool(stale and check))


if __name__ == "__main__":
    main()
