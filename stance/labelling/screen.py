"""The screen of `stance label`: the quote in its context, the question, the codebook beside it.

All that is decided is in `session`; here it is only drawn. Texts are drawn as they are, never read
as markup, and control characters do not reach the terminal.
"""

import re
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Footer, Input, Static

from stance.errors import StanceError
from stance.labelling.codebook import Page
from stance.labelling.session import Session

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ABOUT = ("speaker", "speaker_role", "speaker_country", "target", "kind")


def clean(text: str) -> str:
    """Return `text` with control and direction characters shown as a replacement mark."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


class LabelApp(App[None]):
    """Labels the session's items, one after another."""

    TITLE = "stance label"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # else the line for notes, though hidden, takes the first keys
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-wide")]  # noqa: RUF012 - declared by App
    CSS = """
    #progress { background: $primary; color: $text; padding: 0 1; }
    #left { width: 3fr; }
    #quote { height: 1fr; padding: 1 2; }
    #question { height: auto; padding: 0 2 1 2; border-top: solid $primary; }
    #codebook { width: 2fr; padding: 0 1; border-left: solid $primary; }
    .-narrow Horizontal { layout: vertical; }
    .-narrow #left { width: 1fr; height: 3fr; }
    .-narrow #codebook { width: 1fr; height: 2fr; border-left: none; border-top: solid $primary; }
    .hidden { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"answer({n})", show=False) for n in range(1, 10)),
        Binding("o", "off_topic", "off topic"),
        Binding("u", "undo", "undo"),
        Binding("s", "skip", "skip"),
        Binding("n", "note", "note"),
        Binding("c", "codebook", "codebook"),
        Binding("left", "page(-1)", "rule before", key_display="←", priority=False),
        Binding("right", "page(1)", "next rule", key_display="→", priority=False),
        Binding("escape", "leave_note", show=False),
        Binding("q", "quit", "quit"),
    ]

    def __init__(
        self, session: Session, pages: tuple[Page, ...], *, suggest: bool = False, notice: str = ""
    ) -> None:
        super().__init__()
        self.session, self.pages, self.suggest = session, pages, suggest
        self.notice, self.page = notice, 0
        self.failure: StanceError | None = None

    def compose(self) -> ComposeResult:
        """Lay out progress, quote and question on the left, the codebook on the right."""
        yield Static(id="progress")
        with Horizontal():
            with Vertical(id="left"):
                with VerticalScroll(id="quote", can_focus=False):
                    yield Static(id="words")
                yield Static(id="question")
                yield Input(id="note", placeholder="a note; Enter keeps it, Esc leaves it",
                            classes="hidden", disabled=True)  # fmt: skip
            with VerticalScroll(id="codebook", can_focus=False):
                yield Static(id="rule")
        yield Footer()

    def on_mount(self) -> None:
        """Draw the first item."""
        self._draw()

    def on_resize(self) -> None:
        """Lay the answers out anew for the new width."""
        self.call_after_refresh(self._draw)

    def action_answer(self, number: int) -> None:
        """Give the label of that number."""
        self._do(lambda: self.session.answer(number), f"{number} is none of the answers")

    def action_off_topic(self) -> None:
        """Label the item off topic."""
        self._do(self.session.off_topic)

    def action_skip(self) -> None:
        """Go on without labels."""
        self._do(self.session.skip)

    def action_undo(self) -> None:
        """Take back the last key."""
        self._do(self.session.undo, "nothing to undo")

    def action_note(self) -> None:
        """Open the line for a note."""
        if self.session.current is None:
            return
        line = self.query_one("#note", Input)
        line.value = self.session.entry.note or ""
        line.disabled = False
        line.remove_class("hidden")
        line.focus()

    def action_leave_note(self) -> None:
        """Close the line for a note, keeping the note as it was."""
        line = self.query_one("#note", Input)
        line.add_class("hidden")
        line.disabled = True
        self.set_focus(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the note."""
        self.action_leave_note()
        self._do(lambda: self.session.note(event.value))

    def action_codebook(self) -> None:
        """Show or hide the codebook."""
        self.query_one("#codebook").toggle_class("hidden")

    def action_page(self, step: int) -> None:
        """Turn the codebook's pages, round and round."""
        self.page = (self.page + step) % len(self.pages)
        self.query_one("#codebook").remove_class("hidden")
        self._draw_rule()

    def _do(self, act: Callable[[], bool], otherwise: str = "all is labelled") -> None:
        try:
            self.notice = "" if act() else otherwise
        except StanceError as error:  # a full disk: end at once, before more is typed in vain
            self.failure = error
            self.exit()
            return
        self._draw()

    def _draw(self) -> None:
        session = self.session
        total = len(session.items)
        line = f"{session.done} of {total} labelled"
        line += f", {session.skipped} skipped" if session.skipped else ""
        if session.current is not None and session.current.article:
            line += f"  ·  {session.current.article}"
        self.query_one("#progress", Static).update(Text(clean(line), no_wrap=True))
        self.query_one("#words", Static).update(self._words())
        self.query_one("#quote").scroll_home(animate=False)
        self.query_one("#question", Static).update(self._question())
        self._draw_rule()

    def _draw_rule(self) -> None:
        page = self.pages[self.page]
        text = Text(f"Codebook {self.page + 1}/{len(self.pages)}  ", style="dim")
        text.append(f"{page.title}\n\n", style="bold not dim")
        text.append(page.text, style="not dim")
        self.query_one("#rule", Static).update(text)
        self.query_one("#codebook").scroll_home(animate=False)

    def _words(self) -> Text:
        item = self.session.current
        if item is None:
            left = " (stance label --skipped asks the skipped ones again)"
            return Text("All is labelled." + (left if self.session.skipped else ""), style="bold")
        before, words, after = (clean(part) for part in item.parts())
        text = Text(before, style="dim")
        text.append(words, style="bold reverse not dim")
        text.append(after, style="dim")
        about = "  ·  ".join(
            f"{name.replace('_', ' ')}: {item.row[name]}" for name in _ABOUT if item.row.get(name)
        )
        if about:
            text.append(f"\n\n{clean(about)}", style="italic not dim")
        return text

    def _question(self) -> Text:
        session = self.session
        text = Text()
        if session.task is not None:
            text.append(f"{session.task}:  ", style="bold")
            # Four cells beside each answer, two between them; a line each where they do not fit.
            needed = len(session.task) + 1 + sum(6 + len(label) for label in session.choices)
            wide = self.query_one("#question").content_size.width
            between = "  " if needed <= (wide or needed) else "\n" + " " * (len(session.task) + 3)
            for n, label in enumerate(session.choices, start=1):
                text.append(between if n > 1 else "")
                text.append(f" {n} ", style="reverse")
                text.append(f" {label}")
            given = "   ".join(f"{t}: {label}" for t, label in session.entry.labels.items())
            text.append(f"\n{given}" if given else "", style="italic")
            text.append(self._suggestion())
        if session.entry.note:
            text.append(f"\nnote: {clean(session.entry.note)}", style="italic")
        if self.notice:
            text.append(f"\n{self.notice}", style="bold")
        return text

    def _suggestion(self) -> str:
        item, task = self.session.current, self.session.task
        chances = item.chances.get(task) if item is not None and task else None
        if not self.suggest or not chances:
            return ""
        shown = ", ".join(f"{name} {100 * p:.0f} %" for name, p in chances.items())
        return f"\nthe model: {shown}"
