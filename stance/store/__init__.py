"""A model folder: plain files, a manifest with checksums, and the order in which they are trusted.

Loading goes manifest, format, checksums, labels, and only then the heavy library; each
failure is an error of its own. Nothing in a folder is ever unpickled or executed.
"""

from stance.store.loading import BACKENDS, backends, classifier_class, load
from stance.store.manifest import (
    CARD,
    FORMAT,
    KINDS,
    MANIFEST,
    TAGGER,
    Manifest,
    card_is_intact,
    read_manifest,
    verify,
)
from stance.store.places import available, check_target, find, shipped_roots
from stance.store.writing import rewrite_card, rewrite_manifest, save

__all__ = [
    "BACKENDS",
    "CARD",
    "FORMAT",
    "KINDS",
    "MANIFEST",
    "TAGGER",
    "Manifest",
    "available",
    "backends",
    "card_is_intact",
    "check_target",
    "classifier_class",
    "find",
    "load",
    "read_manifest",
    "rewrite_card",
    "rewrite_manifest",
    "save",
    "shipped_roots",
    "verify",
]
