#!/usr/bin/python3
"""Reads a safetensors file by its published description, with nothing of ours: prints each tensor's name, type, shape and sum.

Usage: read_safetensors.py FILE
"""
import json
import sys

import numpy as np

data = open(sys.argv[1], "rb").read()
length = int.from_bytes(data[:8], "little")
for name, entry in sorted(json.loads(data[8 : 8 + length]).items()):
    if name == "__metadata__":
        print(name, " ".join(f"{key}={value}" for key, value in sorted(entry.items())))
        continue
    begin, end = entry["data_offsets"]
    values = np.frombuffer(data[8 + length + begin : 8 + length + end], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]).reshape(entry["shape"])
    print(name, entry["dtype"], list(values.shape), values.sum())
