"""The interpreter, the packages that stance needs, and those of its extras."""

import importlib.metadata
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from stance.doctor.check import Check

DISTRIBUTION = "stance"
#: What each extra is for; one that is missing here is listed without a reason.
PURPOSES = {
    "web": "reading web pages",
    "onnx": "exporting models with 8-bit weights",
    "label": "stance label",
    "ray": "scoring on several machines",
    "docs": "building the documentation",
    "dev": "the tests",
}


def python() -> list[Check]:
    """Check the interpreter against the versions that stance is tested on."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    wanted = importlib.metadata.metadata(DISTRIBUTION)["Requires-Python"] or ""
    from packaging.specifiers import SpecifierSet

    if wanted and not SpecifierSet(wanted).contains(platform.python_version(), prereleases=True):
        advice = f"stance is tested with Python {wanted}; make an environment with one of these"
        return [Check(name="Python", status="problem", found=found, advice=advice)]
    if sys.maxsize < 2**32:
        advice = "torch has no 32-bit builds; install a 64-bit Python"
        return [Check(name="Python", status="problem", found=f"{found}, 32-bit", advice=advice)]
    where = Path(__file__).resolve().parent.parent
    version = importlib.metadata.version(DISTRIBUTION)
    return [
        Check(name="Python", status="ok", found=found),
        Check(name="stance", status="ok", found=f"{version} in {where}"),
    ]


def dependencies() -> list[Check]:
    """Check that every package that stance needs is there, in a version that it takes."""
    names, wrong = _judged(None)
    if wrong:
        advice = f"pip install --upgrade {' '.join(repr(line) for line in wrong.values())}"
        found = ", ".join(f"{name} {_version(name) or 'missing'}" for name in wrong)
        return [Check(name="packages", status="problem", found=found, advice=advice)]
    found = f"all {len(names)} that stance needs, in versions that it takes"
    return [Check(name="packages", status="ok", found=found)]


def extras() -> list[Check]:
    """Say which extras are complete; a missing one is a note, since nobody needs them all."""
    meta = importlib.metadata.metadata(DISTRIBUTION)
    checks = []
    for extra in meta.get_all("Provides-Extra") or []:
        if extra == "dev":  # of those who change stance, not of those who use it
            continue
        names, wrong = _judged(extra)
        why = f" (for {PURPOSES[extra]})" if extra in PURPOSES else ""
        if not wrong:
            found = f"complete{why}: {', '.join(names)}"
            checks.append(Check(name=f"extra {extra}", status="ok", found=found))
            continue
        lacks = ", ".join(f"{name} {_version(name) or 'missing'}" for name in wrong)
        advice = f"if you want that: pip install '{DISTRIBUTION}[{extra}]'"
        found = f"{lacks}{why}"
        checks.append(Check(name=f"extra {extra}", status="note", found=found, advice=advice))
    return checks


def _judged(extra: str | None) -> tuple[list[str], dict[str, str]]:
    """Return the names that are required, and those that are missing or of another version."""
    from packaging.requirements import Requirement

    names, wrong = [], {}
    for line in _requirements(extra):
        wanted = Requirement(line)
        wanted.marker = None
        version = _version(wanted.name)
        names.append(wanted.name)
        if version is None or not wanted.specifier.contains(version, prereleases=True):
            wrong[wanted.name] = str(wanted)
    return names, wrong


def _requirements(extra: str | None) -> Iterable[str]:
    """Yield the requirements of stance alone, or those that `extra` adds."""
    from packaging.requirements import Requirement

    for line in importlib.metadata.requires(DISTRIBUTION) or []:
        wanted = Requirement(line)
        if wanted.name == DISTRIBUTION:  # an extra that names other extras
            continue
        plain = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        if plain != (extra is None):
            continue
        if plain or (wanted.marker and wanted.marker.evaluate({"extra": extra or ""})):
            yield line


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
