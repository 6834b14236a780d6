"""Markdown -> the text that a reader sees, with the title and the front matter's fields."""

import re

# Every pattern below stops at the next mark of its own kind or at a fixed length, so that
# the worst text costs time in proportion to its size.
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FIELD = re.compile(r"([A-Za-z_][\w -]{0,40}):[ \t]*(\S.*)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_TITLE = re.compile(r"\A\s*(?:#[ \t]+(\S[^\n]{0,300})|(\S[^\n]{0,300})\n=+[ \t]*)(?:\n|\Z)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)")
_TARGET = r"\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:[ \t]\"[^\"\n()]{0,300}\")?\)"
_MARK = re.compile(r"[\\`*_~\[\]<>#=+-]|^[ \t]*\d")
_RULE = re.compile(r" {0,3}(?:(?:[-*_][ \t]*){3,}|=+)")  # lines across, underlines of headings
_LINE_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]*\S.*$", ""),  # reference definitions
        (r"^[ \t]*(?:>[ \t]?)+", ""),  # block quotes
        (r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+", ""),
        (rf"!\[[^\[\]\n]{{0,500}}\]{_TARGET}", ""),  # images
        (rf"\[([^\[\]\n]{{1,500}})\]{_TARGET}", r"\1"),
        (r"\[([^\[\]\n]{1,500})\]\[[^\[\]\n]{0,200}\]", r"\1"),
        (r"<(https?://[^<>\s]{1,2000})>", r"\1"),
        (r"</?[A-Za-z][^<>\n]{0,500}>", ""),
        (r"(?<!`)(`{1,4})([^`\n]+)\1(?!`)", r"\2"),
        (r"(\*\*\*|\*\*|\*)(?=[^\s*])([^*\n]*)(?<=[^\s*])\1", r"\2"),
        (r"(?<!\w)(__|_)(?=[^\s_])([^_\n]*)(?<=[^\s_])\1(?!\w)", r"\2"),
        (r"~~([^~\n]+)~~", r"\1"),
        (r"\\([\\`*_{}\[\]()#+.!>~|\"'-])", r"\1"),
    )
)


def strip_markdown(text: str) -> tuple[str, dict[str, str]]:
    """Return the plain text and the fields it carries (title, date, source, ... as written).

    Fields come from YAML front matter (`key: value` lines only; nothing is evaluated). A
    first heading of level one is the title where front matter has none, and leaves the text.
    Blocks of code and comments are left out.
    """
    fields: dict[str, str] = {}
    front = _FRONT.match(text)
    if front:
        for line in front[1].splitlines():
            found = _FIELD.fullmatch(line)
            if found:
                fields[found[1].strip().lower()] = found[2].strip().strip("\"'")
        text = text[front.end() :]
    text = _without_comments(text)
    heading = _TITLE.match(text)
    if heading and not fields.get("title"):
        fields["title"] = _plain_line(heading[1] or heading[2]).strip().rstrip("#").rstrip()
        text = text[heading.end() :]
    plain = "\n".join(map(_plain_line, _without_code(text)))
    return re.sub(r"\n{3,}", "\n\n", plain).strip("\n"), fields


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:]))


def _without_code(text: str) -> list[str]:
    kept, fence = [], ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            kept.append(line)
    return kept


def _plain_line(line: str) -> str:
    line = line.rstrip(" \t")
    if not _MARK.search(line):
        return line
    if _RULE.fullmatch(line):
        return ""
    heading = _HEADING.match(line)
    if heading:
        line = line[heading.end() :].rstrip("#").rstrip(" \t")
    for pattern, replacement in _LINE_RULES:
        line = pattern.sub(replacement, line)
    return line
