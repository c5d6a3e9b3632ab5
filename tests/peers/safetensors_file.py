"""Reads and writes safetensors files, by the format's published description alone."""
import json

import numpy as np

TYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4"}


def read(path):
    """The tensors by name, and the metadata."""
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8:start])
    except ValueError:
        raise SystemExit(f"{path} is no safetensors file: no JSON header follows its first 8 bytes; "
                         "a file that save() wrote is needed") from None
    about = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if start + end > len(data):
            raise SystemExit(f"{path}: the file ends before {name}; a whole file is needed")
        numbers = np.frombuffer(data[start + begin : start + end], TYPES[entry["dtype"]])
        tensors[name] = numbers.reshape(entry["shape"])
    return tensors, about


def write(path, tensors):
    """Writes each tensor in its own type."""
    names = {np.dtype(type): name for name, type in TYPES.items()}
    header, parts, at = {}, [], 0
    for name, tensor in tensors.items():
        parts.append(np.ascontiguousarray(tensor).tobytes())
        end = at + len(parts[-1])
        header[name] = {"dtype": names[tensor.dtype], "shape": tensor.shape, "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + b"".join(parts))
