#!/usr/bin/python3
"""Sets the engine as WebAssembly, under node, beside itself as a native program and beside TensorFlow.js: the same
workloads, in turn, each on one thread.

Usage: compare_browser.py WASM_PROGRAM NATIVE_PROGRAM PORTABLE_PROGRAM NPM_FOLDER [PAIRS=5] [NAME...]
Prints a line per workload: name; seconds as WebAssembly; and the medians over the pairs of three ratios: TensorFlow.js /
WebAssembly (above 1: we are faster), WebAssembly / native for this processor, WebAssembly / native for any x86-64.
Seconds are the processor's, which do not count the moments when it worked for another program.
"""
import os
import statistics
import sys

from compare import bench, folder, in_turn, names, printed, ratio, run


def main(wasm, native, portable, npm, pairs=5, *wanted):
    # V8 does all its work on this thread, and optimises all code at once: a browser optimises what is hot a little later.
    node = "node", "--single-threaded", "--no-liftoff"
    peer = os.path.join(folder, "peer_tfjs.js")
    peers = run("node", peer, npm).split()

    sides = [
        lambda name: printed(*node, "tests/wasm/run.js", os.path.dirname(wasm), wasm, name),
        lambda name: bench(native, name, clock="cpu_time"),
        lambda name: bench(portable, name, clock="cpu_time"),
        lambda name: printed(*node, peer, npm, name) if name in peers else 0,
    ]
    # Inference has another peer (compare.py), and takes minutes here: only when asked for.
    chosen = [name for name in names(native, wanted) if wanted or not name.startswith("infer_")]
    times = in_turn(chosen, int(pairs), sides)
    print(f"{'workload':<24} {'wasm':>12} {'tfjs/wasm':>10} {'wasm/native':>12} {'wasm/x86-64':>12}")
    for name, pairs in times.items():
        own = statistics.median(pair[0] for pair in pairs)
        ahead = f"{ratio(pairs, 3, 0):.1f}" if name in peers else "-"
        print(f"{name:<24} {own:>12.9f} {ahead:>10} {ratio(pairs, 0, 1):>12.2f} {ratio(pairs, 0, 2):>12.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
