#!/usr/bin/python3
"""The network of lesson 06 in ONNX Runtime, for the comparison of speed: the workloads infer_B1_T50 and so on of
bench.cpp.

Usage: peer_onnx.py NODE_MODULES THREADS NAME
Prints NAME <tab> seconds, as peer_pytorch.py does. Its weights are random: the time does not depend on them.
"""
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
from onnx import TensorProto

from onnx_layers import Model

folder = os.path.dirname(os.path.abspath(__file__))


def network(features, hidden, classes):
    random = np.random.default_rng(0)
    weights = {}

    def add(name, *shape):
        weights[name] = random.uniform(-0.1, 0.1, shape).astype("float32")

    for layer, width in ("first", features), ("second", 2 * hidden):
        for way in "forward", "backward":
            add(f"{layer}.{way}.weight_x", width, 4 * hidden)
            add(f"{layer}.{way}.weight_h", hidden, 4 * hidden)
            add(f"{layer}.{way}.bias", 4 * hidden)
    add("dense.weight", 2 * hidden, classes)
    add("dense.bias", classes)
    model = Model(weights)
    y = model.input("x", ["batch", "steps", features])
    for layer in "first", "second":
        y = model.recurrent("LSTM", layer, y, "")[0]
    y = model.node("LogSoftmax", [model.dense("dense", y)], axis=-1)
    model.output("log_probabilities", y, ["batch", "steps", classes])
    return model


def main(modules, threads, name):
    batch, steps = re.fullmatch(r"infer_B(\d+)_T(\d+)", name).groups()
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "network.onnx")
        network(40, 96, 28).save(path)
        timing = ["node", os.path.join(folder, "time_onnx.mjs"), modules, path, threads, batch, steps, "40"]
        print(name + "\t" + subprocess.run(timing, check=True, capture_output=True, text=True).stdout, end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
