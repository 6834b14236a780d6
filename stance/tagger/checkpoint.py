"""What a stopped training goes on from: weights, the optimizer's state, how many steps are done.

These are a run's own local files beside its folder; no other command loads them.
"""

import shutil
import time
from pathlib import Path
from typing import Any

import torch

from stance.errors import UsageError
from stance.tagger.network import TagNetwork

_WEIGHTS, _STATE, _RUN = "weights.safetensors", "state.pt", "run.txt"


class Checkpoint:
    """The checkpoint of one run in `folder`; `key` names its options and data."""

    def __init__(self, folder: Path, key: str, *, minutes: float) -> None:
        self.folder, self.key, self.seconds = folder, key, 60 * minutes
        self.saved = time.monotonic()

    def forget(self) -> None:
        """Delete what an earlier run left."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def finished(self) -> bool:
        """Return whether the run is done; raises `UsageError` for another run's checkpoint."""
        return self._steps() == "all"

    def _steps(self) -> str | None:
        mark = self.folder / _RUN
        if not mark.is_file():
            return None
        key, _, steps = mark.read_text(encoding="utf-8").partition(" ")
        if key != self.key:
            raise UsageError(
                f"{self.folder} belongs to a run with other options; give those again, or train "
                "without resuming"
            )
        return steps

    def resume(self, network: TagNetwork, optimizer: Any, schedule: Any) -> int:
        """Put back what was saved, if any; return how many steps are done."""
        steps = self._steps()
        if steps is None:
            return 0
        self.fill(network)
        state = torch.load(self.folder / _STATE, weights_only=True)
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        return int(steps)

    def fill(self, network: TagNetwork) -> None:
        """Put the saved weights into `network`."""
        from safetensors.torch import load_file

        network.load_state_dict(load_file(self.folder / _WEIGHTS))
        network.eval()

    def save(
        self, network: TagNetwork, optimizer: Any, schedule: Any, *, steps: int, last: bool
    ) -> None:
        """Save when the time has come, or the run is done."""
        if not last and time.monotonic() - self.saved < self.seconds:
            return
        from safetensors.torch import save_file

        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _RUN).unlink(missing_ok=True)  # written last: without it nothing counts
        tensors = {n: t.detach().contiguous().clone() for n, t in network.state_dict().items()}
        save_file(tensors, self.folder / _WEIGHTS)
        if last:
            (self.folder / _STATE).unlink(missing_ok=True)
        else:
            state = {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, self.folder / _STATE)
        mark = f"{self.key} {'all' if last else steps}"
        (self.folder / _RUN).write_text(mark, encoding="utf-8")
        self.saved = time.monotonic()
