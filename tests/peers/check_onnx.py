#!/usr/bin/python3
"""Writes layers and trained models as ONNX models, which ONNX Runtime runs; compares outputs.

Usage: check_onnx.py EXCHANGE TRAINED FOLDER MODULES. Exits with 1 when outputs differ from ours by more than
1e-5 of the largest, or a transcript differs.
"""
import json
import subprocess
import sys

import numpy as np
from onnx import TensorProto

import safetensors_file
from onnx_layers import Model
from to_onnx import to_onnx

exchange, trained, folder, modules = sys.argv[1:]
wrong = 0


def run(path, given):
    """The outputs by name. `given` has (type, array) by name."""
    with open(folder + "/onnx_in.json", "w") as file:
        json.dump({name: {"type": type, "shape": value.shape, "values": value.astype(type).ravel().tolist()}
                   for name, (type, value) in given.items()}, file)
    subprocess.run(["node", "tests/peers/run_onnx.mjs", modules, path, folder + "/onnx_in.json",
                    folder + "/onnx_out.json"], check=True)
    with open(folder + "/onnx_out.json") as file:
        out = json.load(file)
    return {name: np.array(value["values"]).reshape(value["shape"]) for name, value in out.items()}


def report(path, sizes, name, fits, text):
    global wrong
    wrong += not fits
    print(f"{path.split('/')[-1]:16} {sizes:20} {name:18} {text}{'' if fits else '  WRONG'}")


def compare(path, types, ours, check=None):
    """All items at once, and each of the first three alone, without its padding."""
    given, expected = ({name.removeprefix(at): value for name, value in ours.items() if name.startswith(at)}
                       for at in ("in.", "out."))
    count = len(next(iter(expected.values())))
    stepped = [name for name, value in {**given, **expected}.items() if value.ndim == 3 or name == "ids"]
    for items in [slice(0, count)] + [slice(i, i + 1) for i in range(3)]:
        lengths = given["lengths"][items] if "lengths" in given else np.zeros(1)
        steps = int(lengths.max())
        cut = lambda name, value: value[items, :steps] if name in stepped else value[items]
        found = run(path, {name: (type, cut(name, given[name])) for name, type in types.items()})
        sizes = f"{items.stop - items.start} of {count} items" + (f" {steps} steps" if steps else "")
        for name, value in expected.items():
            want = cut(name, value)
            fits = found[name].shape == want.shape
            difference = np.abs(found[name] - want).max() / np.abs(want).max() if fits else np.inf
            report(path, sizes, name, difference <= 1e-5, f"{difference:.1e}")
        if check:
            check(path, sizes, items, lengths, found)


def layers():
    subprocess.run([exchange, folder + "/ours.safetensors"], check=True)
    ours, _ = safetensors_file.read(folder + "/ours.safetensors")
    model = Model({name.removeprefix("weights."): value for name, value in ours.items()})
    x = model.input("x", ["batch", "steps", 5])
    wide = model.input("wide", ["batch", "steps", 6])
    ids = model.input("ids", ["batch", "steps"], TensorProto.INT64)
    lengths = model.input("lengths", ["batch"], TensorProto.INT32)
    found = {"dense": model.dense("dense", x), "bare": model.dense("bare", x),
             "prelu": model.prelu("prelu", x), "norm": model.layer_norm("norm", x),
             "embedding": model.embedding("embedding", ids)}
    parts = [model.dense("attention." + part, wide) for part in ("query", "key", "value")]
    seen = model.attention(*parts, heads=2, mask=model.causal_mask(wide))
    found["attention"] = model.dense("attention.out", seen)
    for op, name in ("LSTM", "lstm"), ("LSTM", "bilstm"), ("GRU", "gru"), ("RNN", "rnn"):
        found.update(zip([name, name + ".h", name + ".c"], model.recurrent(op, name, x, lengths)))
    for name, value in found.items():
        shape = ours["out." + name].shape
        model.output(name, value, ["batch", *(["steps"] if len(shape) == 3 else []), shape[-1]])
    model.save(folder + "/layers.onnx")
    compare(folder + "/layers.onnx",
            {"x": "float32", "wide": "float32", "ids": "int64", "lengths": "int32"}, ours)


def models():
    subprocess.run([trained, folder], check=True)
    for name, types in {"transcribe": {"x": "float32", "lengths": "int32"}, "classify": {"x": "float64"},
                        "spell": {"ids": "int64", "lengths": "int32"}}.items():
        to_onnx(f"{folder}/{name}.safetensors", f"{folder}/{name}.onnx")
        ours, about = safetensors_file.read(f"{folder}/{name}_scores.safetensors")
        check = None
        if name == "transcribe":
            texts = about["texts"].split("\n")[:-1]
            _, saved = safetensors_file.read(f"{folder}/{name}.safetensors")
            # Models that say nothing would agree on every transcript.
            report(name, "", "texts", any(texts), repr(texts[0]))

            def check(path, sizes, items, lengths, found):
                said = [greedy(scores[:int(length)], saved["characters"])
                        for scores, length in zip(found["scores"], lengths)]
                report(path, sizes, "texts", said == texts[items], "equal" if said == texts[items] else said)
        compare(f"{folder}/{name}.onnx", types, ours, check)


def greedy(scores, characters):
    """The most probable class of each step, repeats joined, without the blank, which is the last class."""
    best = scores.argmax(axis=-1)
    return "".join(characters[k] for i, k in enumerate(best)
                   if k < len(characters) and (i == 0 or k != best[i - 1]))


layers()
models()
sys.exit(wrong > 0)
