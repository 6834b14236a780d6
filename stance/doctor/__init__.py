"""Whether this installation works, part by part, and for each part what to do.

Every check is a function that returns `Check` records and never raises for what it checks.
"""

from collections.abc import Callable, Iterator, Sequence

from stance.doctor.check import Check, Status
from stance.doctor.installation import dependencies, extras, python
from stance.doctor.machine import device, memory, terminal, threads
from stance.doctor.weights import encoder, models

#: What is checked, in the order in which it is told: each with what a reader sees meanwhile.
CHECKS: Sequence[tuple[str, Callable[[], list[Check]]]] = (
    ("Python", python),
    ("packages", dependencies),
    ("extras", extras),
    ("encoder", encoder),
    ("device", device),
    ("threads", threads),
    ("memory", memory),
    ("models", models),
    ("terminal", terminal),
)


def examine() -> Iterator[Check]:
    """Yield the outcome of every check, each as soon as it is known."""
    for name, check in CHECKS:
        try:
            yield from check()
        except Exception as error:  # a doctor who falls ill himself still tells the rest
            yield Check(
                name=name, status="problem", found=f"{type(error).__name__}: {error}",
                advice="this check itself failed; please report it",
            )  # fmt: skip


__all__ = ["CHECKS", "Check", "Status", "examine"]
