#!/usr/bin/python3
"""Sets the engine beside its limits: the same arithmetic by hand, the cores' multiplications in registers, and
a copy in memory.

Usage: limits.py BENCH_PROGRAM LIMITS_PROGRAM [PAIRS=5] [NAME...]     (NAMEs are beginnings of workload names)
Prints a line per workload: name, the limit's seconds, ours, ours / limit, and the share of the cores' peak
that our products reach. Medians over the pairs, of the better time with 1 and with 2 threads on each side; the
two sides in turn, each time in a process of its own.
"""
import json
import os
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from compare import bench, in_turn, names, ratio, run

peak_of = "matmul_1024"  # whose limit is the cores' peak


def operations(limits, name):
    """What one iteration multiplies and adds in products, or 0."""
    text = run(limits, f"--benchmark_filter=^{name}(/|$)", "--benchmark_min_time=0.001",
               "--benchmark_format=json")
    return json.loads(text)["benchmarks"][0].get("operations", 0)


def main(ours, limits, pairs=5, *wanted):
    def better(program):
        return lambda name: min(bench(program, name, threads) for threads in (1, 2))

    chosen = names(limits, wanted)
    times = in_turn(chosen, int(pairs), (better(limits), better(ours)))
    seconds = (statistics.median(pair[0] for pair in times[peak_of]) if peak_of in times
               else better(limits)(peak_of))
    peak = operations(limits, peak_of) / seconds
    print(f"the cores' peak is {peak / 1e9:.0f} thousand million operations a second; "
          "products are shares of it")
    print(f"{'workload':<24} {'limit':>12} {'ours':>12} {'ours/limit':>11} {'of peak':>8}")
    for name, pairs in times.items():
        limit, own = (statistics.median(side) for side in zip(*pairs))
        count = operations(limits, name)
        share = f"{100 * count / own / peak:.0f} %" if count else ""
        print(f"{name:<24} {limit:>12.9f} {own:>12.9f} {ratio(pairs, 1, 0):>11.2f} {share:>8}")


if __name__ == "__main__":
    main(*sys.argv[1:])
