"""One tree of errors.

    StanceError                 exit status 1: something failed while running
    ├── UsageError              2: the call itself is off (option, name, combination)
    ├── DataError               3: a file or record is not what it should be
    │   ├── ArticleError           an input article cannot be read or scored
    │   ├── StatementError         a labelled statement is wrong
    │   └── ConfigError            a run's configuration is wrong
    ├── ModelError              3: a model folder cannot be trusted or used
    │   ├── ModelNotFoundError     nothing is there under that name
    │   ├── ManifestError          manifest missing, unreadable or of the wrong shape
    │   ├── FormatVersionError     written in a format this version does not know
    │   ├── IntegrityError         a file is missing, altered or not a plain file
    │   └── UntrustedTypeError     the file holds a type outside the allow-list
    └── GateError               4: a quality gate failed

Every message says what came, what was expected and what to do next, in one line
(lists of mistakes: one line each). The command line prints the message alone and
exits with `exit_status`; callers from Python catch the class.
"""


class StanceError(Exception):
    """Base of every error that this package raises on purpose."""

    exit_status = 1


class UsageError(StanceError):
    """The call itself is off: an option, a name or a combination of them."""

    exit_status = 2


class DataError(StanceError):
    """A file or a record is not what it should be."""

    exit_status = 3


class ArticleError(DataError):
    """An input article cannot be read or scored; the rest of a batch goes on."""


class StatementError(DataError):
    """Labelled statements are wrong; the message lists all mistakes at once."""


class ConfigError(DataError):
    """A run's configuration is wrong; the message lists all mistakes at once."""


class ModelError(StanceError):
    """A model folder cannot be trusted or used."""

    exit_status = 3


class ModelNotFoundError(ModelError):
    """Nothing is there under that name."""


class ManifestError(ModelError):
    """The manifest is missing, unreadable or of the wrong shape."""


class FormatVersionError(ModelError):
    """The folder is written in a format that this version does not know."""


class IntegrityError(ModelError):
    """A file of the folder is missing, altered, or not a plain file."""


class UntrustedTypeError(ModelError):
    """The file holds a type outside the hard-coded allow-list."""


class GateError(StanceError):
    """A quality gate failed."""

    exit_status = 4
