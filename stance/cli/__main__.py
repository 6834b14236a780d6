"""Start the command line with the process's own manners: exit status, pipes, interrupts."""

import os
import sys


def main() -> None:
    """Run the `stance` command and leave with its exit status."""
    from stance.cli.app import app

    try:
        app(prog_name="stance")
    except BrokenPipeError:
        # The reader (head, less) has gone: leave quietly, without a second error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        print("stance: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
