#!/usr/bin/python3
"""Carries the weights of every layer to PyTorch and PyTorch's back, and compares outputs.

Usage: check_torch.py EXCHANGE FOLDER. Exits with 1 when outputs differ by more than 1e-6 of the largest.
"""
import subprocess
import sys

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import safetensors_file
from torch_weights import from_torch, to_torch


def modules():
    return {"dense": nn.Linear(5, 4), "bare": nn.Linear(5, 4, bias=False),
            "lstm": nn.LSTM(5, 3, batch_first=True),
            "bilstm": nn.LSTM(5, 3, batch_first=True, bidirectional=True),
            "gru": nn.GRU(5, 3, batch_first=True), "rnn": nn.RNN(5, 3, batch_first=True),
            "embedding": nn.Embedding(9, 4), "norm": nn.LayerNorm(5), "prelu": nn.PReLU(5),
            "attention": nn.MultiheadAttention(6, 2, batch_first=True)}


def outputs(layers, given):
    x, wide = torch.tensor(given["in.x"]), torch.tensor(given["in.wide"])
    ids, lengths = torch.tensor(given["in.ids"]).long(), torch.tensor(given["in.lengths"]).long()
    results = {}
    for name, layer in layers.items():
        if isinstance(layer, nn.RNNBase):
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            sequence, state = layer(packed)
            results[name] = pad_packed_sequence(sequence, batch_first=True, total_length=x.shape[1])[0]
            for part, value in zip(".h .c".split(), state if isinstance(layer, nn.LSTM) else [state]):
                results[name + part] = torch.cat(list(value), dim=-1)  # [directions,B,H] -> [B,directions H]
        elif name == "attention":
            later = torch.ones(7, 7, dtype=torch.bool).triu(1)
            results[name] = layer(wide, wide, wide, attn_mask=later)[0]
        elif name == "prelu":
            results[name] = layer(x.transpose(1, 2)).transpose(1, 2)
        else:
            results[name] = layer(ids if name == "embedding" else x)
    return {name: value.detach().numpy() for name, value in results.items()}


def compare(way, ours, theirs):
    wrong = 0
    for name, value in theirs.items():
        difference = np.abs(ours["out." + name] - value).max() / np.abs(value).max()
        fits = ours["out." + name].shape == value.shape and difference <= 1e-6
        wrong += not fits
        print(f"{way:13} {name:10} {difference:.1e}{'' if fits else '  WRONG'}")
    return wrong


exchange, folder = sys.argv[1:]
torch.set_num_threads(1)
torch.manual_seed(3)
subprocess.run([exchange, folder + "/ours.safetensors"], check=True)
ours, _ = safetensors_file.read(folder + "/ours.safetensors")
layers = {name: to_torch(layer, ours, "weights." + name) for name, layer in modules().items()}
wrong = compare("to PyTorch", ours, outputs(layers, ours))

layers = modules()
for layer in layers.values():  # biases of nn.MultiheadAttention and others begin at 0
    for parameter in layer.parameters():
        nn.init.normal_(parameter, std=0.7)
theirs = {}
for name, layer in layers.items():
    theirs.update(from_torch(layer, name))
safetensors_file.write(folder + "/theirs.safetensors", theirs)
subprocess.run([exchange, folder + "/back.safetensors", folder + "/theirs.safetensors"], check=True)
back, _ = safetensors_file.read(folder + "/back.safetensors")
wrong += compare("from PyTorch", back, outputs(layers, back))
sys.exit(wrong > 0)
