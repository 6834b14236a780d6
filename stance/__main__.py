"""`python -m stance` is the same as `stance`."""

from stance.cli.__main__ import main

if __name__ == "__main__":
    main()
