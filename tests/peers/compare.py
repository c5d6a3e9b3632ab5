#!/usr/bin/python3
"""Sets the engine beside PyTorch: the same workloads, the two sides in turn, so that both meet the same machine.

Usage: compare.py BENCH_PROGRAM [PAIRS=5] [NAME...]     (NAMEs are beginnings of workload names)
Prints a line per workload: name, peer's seconds, ours, and the ratio peer / ours, each the median over the pairs of the side's
better time with 1 and with 2 threads. A ratio above 1 says that we are faster. Each time is taken in a process of its own, so
that no workload meets the memory that another one left.
"""
import json
import os
import statistics
import subprocess
import sys

program = sys.argv[1]
pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
wanted = sys.argv[3:]
peer_script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peer_pytorch.py")


def run(*command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def peer(name, threads):
    return float(run(sys.executable, peer_script, str(threads), name, threads=threads).split("\t")[1])


def ours(name, threads):
    # Seven runs after a warm-up and their median, as the peer has it: a mean would count the moments when the machine was elsewhere.
    choice = [f"--benchmark_filter=^{name}(/|$)", "--benchmark_repetitions=7", "--benchmark_min_time=0.05", "--benchmark_min_warmup_time=0.02"]
    results = json.loads(run(program, *choice, "--benchmark_format=json", threads=threads))["benchmarks"]
    median = next(b for b in results if b.get("aggregate_name") == "median")
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[median["time_unit"]]
    return median["real_time"] * unit / median.get("per", 1)


def better(side, name):
    return min(side(name, threads) for threads in (1, 2))


names = [line.split("/")[0] for line in run(program, "--benchmark_list_tests", threads=1).splitlines()]
names = [name for name in names if not wanted or name.startswith(tuple(wanted))]
times = {name: [] for name in names}
for pair in range(pairs):
    for name in names:
        print(f"\rpair {pair + 1} of {pairs}: {name:<24}", end="", file=sys.stderr, flush=True)
        times[name].append((better(peer, name), better(ours, name)))
print(file=sys.stderr)
print(f"{'workload':<24} {'peer':>12} {'ours':>12} {'ratio':>8}")
for name, pairs_of_times in times.items():
    theirs, own = (statistics.median(side) for side in zip(*pairs_of_times))
    ratio = statistics.median(p / o for p, o in pairs_of_times)
    print(f"{name:<24} {theirs:>12.9f} {own:>12.9f} {ratio:>8.2f}")
