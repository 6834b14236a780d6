"""The same statement about other people and countries: names exchanged, or put out of sight."""

from stance.renaming.rename import Renamed, exchange, hide_names, renamed, swap_names

__all__ = ["Renamed", "exchange", "hide_names", "renamed", "swap_names"]
