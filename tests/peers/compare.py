#!/usr/bin/python3
"""Sets the engine beside PyTorch, and for infer_* beside ONNX Runtime, which only runs models: the same
workloads, the two sides in turn, so that both meet the same machine.

Usage: compare.py BENCH_PROGRAM [PAIRS=5] [NAME...]     (NAMEs are beginnings of workload names)
Prints a line per workload: name, peer's seconds, ours, and the ratio peer / ours, each the median over the pairs of the side's
better time with 1 and with 2 threads. A ratio above 1 says that we are faster. Each time is taken in a process of its own, so
that no workload meets the memory that another one left.
"""
import ctypes
import importlib.util
import json
import os
import statistics
import subprocess
import sys

folder = os.path.dirname(os.path.abspath(__file__))


def run(*command, threads=1):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def printed(*command, threads=1):
    """The seconds that a peer prints: NAME <tab> seconds."""
    return float(run(*command, threads=threads).split("\t")[1])


def bench(program, name, threads=1, clock="real_time"):
    # Seven runs after a warm-up and their median, as the peer has it: a mean would count the moments when the machine was elsewhere.
    choice = [f"--benchmark_filter=^{name}(/|$)", "--benchmark_repetitions=7", "--benchmark_min_time=0.05", "--benchmark_min_warmup_time=0.02"]
    results = json.loads(run(program, *choice, "--benchmark_format=json", threads=threads))["benchmarks"]
    median = next(b for b in results if b.get("aggregate_name") == "median")
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[median["time_unit"]]
    return median[clock] * unit / median.get("per", 1)


def names(program, wanted):
    listed = [line.split("/")[0] for line in run(program, "--benchmark_list_tests").splitlines()]
    return [name for name in listed if not wanted or name.startswith(tuple(wanted))]


def in_turn(names, pairs, sides):
    """For each name a list of pairs, each with every side's time of the name: side(name)."""
    times = {name: [] for name in names}
    for pair in range(pairs):
        for name in names:
            print(f"\rpair {pair + 1} of {pairs}: {name:<24}", end="", file=sys.stderr, flush=True)
            times[name].append([side(name) for side in sides])
    print(file=sys.stderr)
    return times


def ratio(pairs, a, b):
    return statistics.median(pair[a] / pair[b] for pair in pairs)


def kernels():
    """The processor that OpenBLAS takes this one for. One that it does not know gets an older one's kernels, which may take
    twice as long: OPENBLAS_CORETYPE=SkylakeX asks for those with AVX-512."""
    try:
        corename = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
    except OSError:
        return "unknown"
    corename.restype = ctypes.c_char_p
    return corename().decode()


def main(program, pairs=5, *wanted):
    def better(side):
        return lambda name: min(side(name, threads) for threads in (1, 2))

    modules = os.path.join(os.path.dirname(os.path.abspath(program)), "npm", "node_modules")
    has_onnx = importlib.util.find_spec("onnx") and os.path.isdir(os.path.join(modules, "onnxruntime-node"))

    def peer(name, threads):
        script = ["peer_onnx.py", modules] if name.startswith("infer_") else ["peer_pytorch.py"]
        path = os.path.join(folder, script[0])
        return printed(sys.executable, "-B", path, *script[1:], str(threads), name, threads=threads)

    chosen = [name for name in names(program, wanted) if has_onnx or not name.startswith("infer_")]
    if not has_onnx:
        print("skipped infer_*: there is no python3-onnx or onnxruntime-node here (make deps-onnx)")
    print(f"PyTorch's products: OpenBLAS's kernels for {kernels()}")
    sides = better(peer), better(lambda name, threads: bench(program, name, threads))
    times = in_turn(chosen, int(pairs), sides)
    print(f"{'workload':<24} {'peer':>12} {'ours':>12} {'ratio':>8}")
    for name, pairs in times.items():
        theirs, own = (statistics.median(side) for side in zip(*pairs))
        print(f"{name:<24} {theirs:>12.9f} {own:>12.9f} {ratio(pairs, 0, 1):>8.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
