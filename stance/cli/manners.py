"""What every command does the same way: quiet and verbose, errors as one line, exit statuses."""

import logging
import os
import sys
import time
from dataclasses import dataclass
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

from stance.errors import StanceError


@dataclass
class Manners:
    """How much is told, for the whole process: set by the options, read by `say` and bars."""

    quiet: bool = False
    verbose: bool = False


MANNERS = Manners()


def _quiet(asked: bool) -> bool:
    MANNERS.quiet |= asked
    return asked


def _verbose(asked: bool) -> bool:
    if asked and not MANNERS.verbose:
        MANNERS.verbose = True
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("stance: %(message)s"))
        ours = logging.getLogger("stance")
        ours.addHandler(handler)
        ours.setLevel(logging.INFO)
        ours.propagate = False
    return asked


def _everywhere(
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", callback=_quiet, expose_value=False,
            help="Tell only warnings and errors: no progress, no summary",
        ),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", callback=_verbose, expose_value=False,
            help="Tell also what is loaded and how long it took; errors with their origin",
        ),
    ] = False,
) -> None:  # fmt: skip
    """Hold the options that every command takes."""


def _parameters() -> list[Any]:
    holder = typer.Typer(add_completion=False)
    holder.command()(_everywhere)
    return list(typer.main.get_command(holder).params)


class Group(TyperGroup):
    """Commands that all take --quiet and --verbose, before or after the command's name."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params += _parameters()
        for command in self.commands.values():
            if not isinstance(command, Group):  # a group has given them to its own
                command.params += _parameters()


class Root(Group):
    """Prints the package's own errors, and the system's, as one message with an exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with --verbose, say at the end how long it took."""
        # Before torch is loaded, which reads it then: threads that wait by spinning starve each
        # other on a machine that does anything else (two to six times slower seen).
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        started = time.monotonic()
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # not a failure: the reader of stdout has gone
            raise
        except StanceError as error:
            raise _told(str(error), error.exit_status) from None
        except OSError as error:  # one that nothing nearer has made a better message of
            raise _told(_of_the_system(error), StanceError.exit_status) from None
        finally:
            if MANNERS.verbose:
                print(f"stance: took {time.monotonic() - started:.1f} s{_peak()}", file=sys.stderr)


def _told(message: str, status: int) -> typer.Exit:
    """Print the message of the error that is being handled; return what ends the process."""
    if MANNERS.verbose:
        import traceback

        traceback.print_exc()
    print(f"stance: {message}", file=sys.stderr)
    return typer.Exit(status)


def _of_the_system(error: OSError) -> str:
    named = [str(name)[:200] for name in (error.filename, error.filename2) if name is not None]
    reason = " ".join(str(error.strerror or error or type(error).__name__).split())[:300]
    where = f"{' -> '.join(named)}: " if named else ""
    return (
        f"{where}{reason} ({type(error).__name__}); check that it is there, that you may read and "
        "write it and that the disk has room (--verbose says where it happened)"
    )


def _peak() -> str:
    try:
        import resource
    except ImportError:  # Windows
        return ""
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return f", at most {peak:.0f} MB of memory"
