#!/usr/bin/python3
"""Reads a safetensors file with nothing of ours: prints each tensor's name, type, shape and sum.

Usage: read_safetensors.py FILE
"""
import sys

from safetensors_file import TYPES, read

tensors, about = read(sys.argv[1])
if about:
    print("__metadata__", " ".join(f"{key}={value}" for key, value in sorted(about.items())))
names = {type: name for name, type in TYPES.items()}
for name, values in sorted(tensors.items()):
    print(name, names[values.dtype.str], list(values.shape), values.sum())
