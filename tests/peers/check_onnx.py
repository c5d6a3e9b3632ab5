#!/usr/bin/python3
"""Writes layers as an ONNX model, which ONNX Runtime runs on a batch and on each item alone; compares outputs.

Usage: check_onnx.py EXCHANGE FOLDER MODULES. Exits with 1 when outputs differ by more than 1e-5 of the largest.
"""
import json
import subprocess
import sys

import numpy as np
from onnx import TensorProto

import safetensors_file
from onnx_layers import Model

exchange, folder, modules = sys.argv[1:]
subprocess.run([exchange, folder + "/ours.safetensors"], check=True)
ours, _ = safetensors_file.read(folder + "/ours.safetensors")
model = Model({name.removeprefix("weights."): value for name, value in ours.items()})
x = model.input("x", ["batch", "steps", 5])
ids = model.input("ids", ["batch", "steps"], TensorProto.INT64)
lengths = model.input("lengths", ["batch"], TensorProto.INT32)
found = {"dense": model.dense("dense", x), "bare": model.dense("bare", x), "prelu": model.prelu("prelu", x),
         "embedding": model.embedding("embedding", ids)}
for op, name in ("LSTM", "lstm"), ("LSTM", "bilstm"), ("GRU", "gru"), ("RNN", "rnn"):
    found.update(zip([name, name + ".h", name + ".c"], model.recurrent(op, name, x, lengths)))
for name, value in found.items():
    shape = ours["out." + name].shape
    model.output("out." + name, value, ["batch", *(["steps"] if len(shape) == 3 else []), shape[-1]])
model.save(folder + "/layers.onnx")

wrong = 0
for items, steps in [(slice(0, 3), 7)] + [(slice(i, i + 1), int(n)) for i, n in enumerate(ours["in.lengths"])]:
    given = {"x": ("float32", ours["in.x"][items, :steps]), "ids": ("int64", ours["in.ids"][items, :steps]),
             "lengths": ("int32", ours["in.lengths"][items])}
    with open(folder + "/onnx_in.json", "w") as file:
        json.dump({name: {"type": type, "shape": value.shape, "values": value.ravel().astype(
            float if type == "float32" else int).tolist()} for name, (type, value) in given.items()}, file)
    subprocess.run(["node", "tests/peers/run_onnx.mjs", modules, folder + "/layers.onnx", folder + "/onnx_in.json",
                    folder + "/onnx_out.json"], check=True)
    with open(folder + "/onnx_out.json") as file:
        out = json.load(file)
    for name in found:
        expected = ours["out." + name][items]
        expected = expected[:, :steps] if expected.ndim == 3 else expected
        value = np.array(out["out." + name]["values"]).reshape(out["out." + name]["shape"])
        difference = np.abs(value - expected).max() / np.abs(expected).max() if value.shape == expected.shape else np.inf
        wrong += not difference <= 1e-5
        print(f"{len(expected)} of 3 items  {steps} steps  {name:10} {difference:.1e}{'' if difference <= 1e-5 else '  WRONG'}")
sys.exit(wrong > 0)
