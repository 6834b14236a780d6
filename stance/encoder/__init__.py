"""The pretrained encoder that classifier and tagger share.

    sources.py   where weights come from: the bundled package, a folder, or the hub
    inputs.py    statements -> pieces that fit the encoder (text first, context around it second)
    batches.py   pieces -> padded batches of near-equal length

Importing this package loads neither torch nor transformers; calling it does.
"""

from stance.encoder.batches import batches, pad, padded
from stance.encoder.inputs import Encoded, Piece, encode_statements
from stance.encoder.sources import BUNDLED, describe, find_encoder, load_encoder

__all__ = [
    "BUNDLED", "Encoded", "Piece", "batches", "describe", "encode_statements", "find_encoder",
    "load_encoder", "pad", "padded",
]  # fmt: skip
