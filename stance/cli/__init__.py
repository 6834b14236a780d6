"""The command line: one file a command, each a pair of parse and do."""
