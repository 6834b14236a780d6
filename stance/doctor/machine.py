"""The machine: what the network runs on, processors, memory, and the terminal."""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from stance.doctor.check import Check

_LEAST_MEMORY = 2 * 2**30  # training the transformer on the five articles peaks near 1.2 GB
_CGROUP = Path("/sys/fs/cgroup")


def device() -> list[Check]:
    """Say what transformers run on; loads torch."""
    try:
        import torch
    except Exception as error:  # a broken build fails in many ways, and not only ImportError
        advice = "pip install --force-reinstall torch; the baseline works without it"
        found = f"torch does not load ({type(error).__name__}: {' '.join(str(error).split())})"
        return [Check(name="device", status="problem", found=found[:300], advice=advice)]
    about = f"torch {torch.__version__}"
    if torch.cuda.is_available():
        cards = []
        for n in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(n)
            cards.append(f"{properties.name}, {properties.total_memory / 2**30:.0f} GB")
        return [Check(name="device", status="ok", found=f"cuda: {'; '.join(cards)}; {about}")]
    if torch.version.cuda is None:
        return [Check(name="device", status="ok", found=f"cpu; {about}")]
    found = f"cpu; {about} is built for CUDA {torch.version.cuda}, but sees no GPU"
    advice = "nothing to do on a machine without one; else check its driver with nvidia-smi"
    return [Check(name="device", status="note", found=found, advice=advice)]


def threads() -> list[Check]:
    """Compare the processors that this process may use with what it was told to use."""
    allowed, told = processors(), os.environ.get("OMP_NUM_THREADS")
    found = f"{allowed} processors for this process"
    if told is not None:
        found += f", OMP_NUM_THREADS={told}"
        if not told.isdigit() or not 1 <= int(told) <= allowed:
            advice = f"unset OMP_NUM_THREADS, or set it to 1 to {allowed}"
            return [Check(name="threads", status="note", found=found, advice=advice)]
    seen = os.cpu_count() or allowed
    if allowed < seen:
        advice = f"give stance score --threads {allowed} if it is slow here" if told is None else ""
        found += f" of the machine's {seen}"
        return [Check(name="threads", status="note", found=found, advice=advice)]
    return [Check(name="threads", status="ok", found=found)]


def processors() -> int:
    """Return how many processors this process may use: by affinity and the container's quota."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with contextlib.suppress(OSError, ValueError):  # no such file, or "max": no quota
        quota, period = (_CGROUP / "cpu.max").read_text(encoding="ascii").split()
        allowed = min(allowed or 1, max(1, round(int(quota) / int(period))))
    return allowed or 1


def memory() -> list[Check]:
    """Check that the machine, or the container, has the memory that training needs."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows
        return []
    with contextlib.suppress(OSError, ValueError):  # no such file, or "max": no limit
        total = min(total, int((_CGROUP / "memory.max").read_text(encoding="ascii")))
    free = shutil.disk_usage(Path.cwd()).free
    found = f"{total / 2**30:.1f} GB; {free / 2**30:.1f} GB free on this disk"
    if total < _LEAST_MEMORY:
        advice = "score with --model baseline; training the transformer needs about 2 GB"
        return [Check(name="memory", status="note", found=found, advice=advice)]
    return [Check(name="memory", status="ok", found=found)]


def terminal() -> list[Check]:
    """Say what stance sees of the terminal; warn where it cannot show quotation marks."""
    encoding = (getattr(sys.stdout, "encoding", None) or "unknown").lower()
    shown = "a terminal" if sys.stdout.isatty() else "no terminal (a pipe or a file)"
    found = f"{shown}, {shutil.get_terminal_size().columns} columns, {encoding}"
    if os.environ.get("NO_COLOR"):
        found += ", NO_COLOR set"
    if encoding.replace("-", "") not in ("utf8", "utf8sig"):
        advice = "set PYTHONUTF8=1, so that quotation marks and names can be printed"
        return [Check(name="terminal", status="note", found=found, advice=advice)]
    return [Check(name="terminal", status="ok", found=found)]
