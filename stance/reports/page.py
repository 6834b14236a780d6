"""Templates -> one HTML file; its security policy allows its own style and script alone."""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from stance.reports.notes import printable


def part(name: str) -> str:
    """Return a file of the templates' folder."""
    return (files("stance.reports") / "templates" / name).read_text(encoding="utf-8")


def render(template: str, *, style: str, script: str = "", **values: Any) -> str:
    """Return the page of a template; what is not marked as safe is escaped.

    `style` and `script` are our own and stand in the page as they are; the template names their
    hashes in its policy. Control characters become U+FFFD.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page = environment.from_string(part(template)).render(
        style=Markup(style), script=Markup(script), style_hash=_hash(style),
        script_hash=_hash(script), **values,
    )  # fmt: skip
    return printable(page) + "\n"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
