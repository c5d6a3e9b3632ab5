#!/usr/bin/python3
"""Sets 2 ranks with a thread each beside one process with 2 threads and with 1, in turn.

Usage: compare_ranks.py RANKS_SPEED_PROGRAM [PAIRS=5]
Prints medians over the pairs: name, seconds with 1 thread, with 2 threads, on 2 ranks, and the ratio of the
last two. A ratio above 1 says that ranks are faster.
"""
import os
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from compare import in_turn, printed, ratio  # noqa: E402


def main(program, pairs=5):
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PMIX_MCA_gds="hash")
    sides = [lambda _: printed(program), lambda _: printed(program, threads=2),
             lambda _: printed("mpirun", "-np", "2", "--bind-to", "none", program)]
    for name, times in in_turn(["speech_B32_T200_H128"], int(pairs), sides).items():
        print(name, *(f"{statistics.median(side):.4f}" for side in zip(*times)), f"{ratio(times, 1, 2):.2f}",
              sep="\t")


main(*sys.argv[1:])
