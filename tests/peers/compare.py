#!/usr/bin/python3
"""Sets the engine beside PyTorch: the same workloads, the two sides in turn, so that both meet the same machine.

Usage: compare.py BENCH_PROGRAM [PAIRS=5] [NAME...]     (NAMEs are beginnings of workload names)
Prints a line per workload: name, peer's seconds, ours, and the ratio peer / ours, each the median over the pairs of the side's
better time with 1 and with 2 threads. A ratio above 1 says that we are faster.
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


def environment(threads):
    return dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))


def peer(threads):
    out = subprocess.run([sys.executable, peer_script, str(threads), *wanted], env=environment(threads), check=True, capture_output=True, text=True).stdout
    return {name: float(seconds) for name, seconds in (line.split("\t") for line in out.splitlines())}


def ours(threads):
    choice = ["--benchmark_filter=^(%s)" % "|".join(wanted)] if wanted else []
    # Seven runs and their median, as the peer has it: a mean would count the moments when the machine was elsewhere.
    runs = ["--benchmark_min_time=0.01", "--benchmark_repetitions=7", "--benchmark_report_aggregates_only=true", "--benchmark_format=json"]
    out = subprocess.run([program, *runs, *choice], env=environment(threads), check=True, capture_output=True, text=True).stdout
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
    return {b["run_name"].split("/")[0]: b["real_time"] * unit[b["time_unit"]] / b.get("per", 1) for b in json.loads(out)["benchmarks"] if b["aggregate_name"] == "median"}


def better(side):
    one, two = side(1), side(2)
    return {name: min(one[name], two[name]) for name in one}


times = []
for pair in range(pairs):
    print(f"pair {pair + 1} of {pairs}", file=sys.stderr, flush=True)
    times.append((better(peer), better(ours)))
print(f"{'workload':<24} {'peer':>12} {'ours':>12} {'ratio':>8}")
for name in times[0][1]:
    if all(name in theirs for theirs, _ in times):
        theirs = statistics.median(t[name] for t, _ in times)
        own = statistics.median(t[name] for _, t in times)
        ratio = statistics.median(p[name] / o[name] for p, o in times)
        print(f"{name:<24} {theirs:>12.9f} {own:>12.9f} {ratio:>8.2f}")
