"""Run a command in a terminal of its own, as a person has it, and see what it shows."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])")


def in_terminal(
    command, *, columns=100, lines=40, cwd=None, env=None, keys=(), ready=None, timeout=300
):
    """Return (exit status, everything that the terminal was sent) of `command`, a list of words.

    Once the output holds `ready`, each of `keys` is typed, a moment apart.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, start_new_session=True,
        env={**plain, "TERM": "xterm-256color", "PYTHONUTF8": "1", **(env or {})},
    )  # fmt: skip
    os.close(theirs)
    shown, waiting = b"", list(keys)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.3)[0]:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side has gone
                break
            if not part:
                break
            shown += part
        elif waiting and (ready is None or ready.encode() in shown):
            os.write(ours, waiting.pop(0).encode())
        elif process.poll() is not None:
            break
    else:
        process.kill()
    os.close(ours)
    return process.wait(), shown.decode("utf-8", "replace")


def stance_in_terminal(*arguments, **options):
    """Run `stance` with these arguments in a terminal."""
    return in_terminal([sys.executable, "-m", "stance", *map(str, arguments)], **options)


def text_of(shown):
    """Return what was sent, without the codes that move the cursor or colour."""
    return ESCAPES.sub("", shown).replace("\r", "\n")
