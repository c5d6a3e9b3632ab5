#!/usr/bin/python3
"""Writes a model that transcribe, spell or classify saved as an ONNX model; batch and time stay free.

Usage: to_onnx.py MODEL.safetensors MODEL.onnx

  transcribe  x [batch,steps,features] as lesson::joined_frames gives them, lengths [batch] -> scores
              [batch,steps,classes]; the last class is the blank
  spell       its encoder: ids [batch,steps], lengths [batch] -> sequence [batch,steps,2H], h and c [batch,2H]
  classify    x [batch,columns], numbers as they stand in the table -> log_probabilities [batch,classes]

The ONNX model's metadata have the characters in the order of their ids, which begin at 0 in transcribe and at
3 in spell (0 to 2 are padding, start and end), or the names of columns and classes, one a line.
"""
import sys

import numpy as np
from onnx import TensorProto

import safetensors_file
from onnx_layers import Model


def transcribe(weights, about):
    if not about["looks"]:
        raise SystemExit("its training stopped before its first look at validation utterances; finish it "
                         "with `transcribe train .. --resume`")
    model = Model(weights)
    lengths = model.input("lengths", ["batch"], TensorProto.INT32)
    y = model.input("x", ["batch", "steps", len(weights["best.first.forward.weight_x"])])
    for layer in "best.first", "best.second":
        y = model.recurrent("LSTM", layer, y, lengths)[0]
    classes = len(weights["best.dense.bias"])
    model.output("scores", model.dense("best.dense", y), ["batch", "steps", classes])
    return model, ["characters", "joined"]


def spell(weights, about):
    model = Model(weights)
    classes, width = weights["network.encoder.forward.weight_x"].shape
    ids = model.input("ids", ["batch", "steps"], TensorProto.INT64)
    lengths = model.input("lengths", ["batch"], TensorProto.INT32)
    found = model.recurrent("LSTM", "network.encoder", model.one_hot(ids, classes), lengths)
    for name, value in zip(["sequence", "h", "c"], found):
        steps = ["steps"] if name == "sequence" else []
        model.output(name, value, ["batch", *steps, width // 2])
    return model, ["characters"]


def classify(weights, about):
    model = Model(weights)
    mean, spread = (np.array(about[name].split(), "float64") for name in ("mean", "spread"))
    # Scaled in double, as FeatureScale does: a column with a large offset would lose its digits in float.
    x = model.input("x", ["batch", len(mean)], TensorProto.DOUBLE)
    x = model.node("Div", [model.node("Sub", [x, model.constant(mean)]), model.constant(spread)])
    y = model.node("Cast", [x], to=TensorProto.FLOAT)
    if "best.hidden.weight" in weights:
        y = model.node("Tanh", [model.dense("best.hidden", y)])
    scores = model.dense("best.scores", y)
    scaled = model.node("Div", [scores, model.constant(np.array(about["temperature"], "float32"))])
    model.output("log_probabilities", model.node("LogSoftmax", [scaled], axis=-1),
                 ["batch", len(weights["best.scores.bias"])])
    return model, ["features", "classes"]


def to_onnx(path, out):
    weights, about = safetensors_file.read(path)
    program = about.get("program")
    if program not in PROGRAMS:
        by = f"saved by {program!r}" if program else "saved without the name of a program"
        raise SystemExit(f"{path} was {by}; a model that transcribe, spell or classify saved is needed. "
                         "onnx_layers.py writes other models, layer by layer")
    try:
        model, texts = PROGRAMS[program](weights, about)
        texts = {name: about[name] for name in texts}
    except KeyError as missing:
        raise SystemExit(f"{path}: it has no {missing}. The file is damaged: train again") from None
    except SystemExit as reason:
        raise SystemExit(f"{path}: {reason}") from None
    model.save(out, texts)


PROGRAMS = {"transcribe": transcribe, "spell": spell, "classify": classify}

if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    try:
        to_onnx(*sys.argv[1:])
    except OSError as error:
        raise SystemExit(f"{error.filename}: {error.strerror}") from None
