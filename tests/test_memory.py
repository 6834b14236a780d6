"""Freed memory stays in the process while training."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
from stance.classifiers._memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
import numpy as np
def work():
    kept = [np.empty(100_000) for _ in range(50)]  # as the activations of one step
    for block in kept:
        block.fill(1.0)
work()
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how):
    run = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, check=True)
    return int(run.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no mallopt")
def test_blocks_that_come_and_go_are_not_fetched_anew_from_the_system():
    assert faults("keep") < 500
    assert faults("leave") > faults("keep") * 5
