"""Weights of tinygrad_cpp's layers in PyTorch's modules, and back.

    weights, about = safetensors_file.read("model.safetensors")
    to_torch(torch_lstm, weights, "lstm")               # sets the parameters of an nn.LSTM
    safetensors_file.write("back.safetensors", from_torch(torch_lstm, "lstm"))

notebooks_export/book/migration.md has the table of what becomes what. Recurrent modules need batch_first=True
for [B,T,D], and pack_padded_sequence for lengths.
"""
import numpy as np
import torch
from torch import nn


def refuse(module, at, why):
    raise ValueError(f"{at}: {module} has no counterpart in tinygrad_cpp: {why}")


def check(module, at):
    if isinstance(module, nn.RNNBase):
        if module.num_layers != 1:
            refuse(module, at, f"it has {module.num_layers} layers; 1 is needed, one module for each layer")
        if module.proj_size or not module.bias:
            refuse(module, at, "a module without proj_size and with a bias is needed")
        if module.bidirectional and not isinstance(module, nn.LSTM):
            refuse(module, at, "only an LSTM may be bidirectional; take two modules")
        if isinstance(module, nn.RNN) and module.nonlinearity != "tanh":
            refuse(module, at, f"its nonlinearity is {module.nonlinearity}; tanh is needed")
    elif isinstance(module, nn.MultiheadAttention):
        if module.in_proj_weight is None or module.in_proj_bias is None or module.bias_k is not None:
            refuse(module, at, "equal sizes of query, key and value, bias=True, add_bias_kv=False are needed")
    elif isinstance(module, nn.LayerNorm):
        if len(module.normalized_shape) != 1:
            refuse(module, at, f"it normalises {list(module.normalized_shape)}; one axis is needed")
        if module.weight is None or module.bias is None:
            refuse(module, at, "a weight and a bias are needed")
    elif not isinstance(module, (nn.Linear, nn.Embedding, nn.LayerNorm, nn.PReLU)):
        refuse(module, at, "Linear, LSTM, GRU, RNN, Embedding, LayerNorm, PReLU, MultiheadAttention have one")


def recurrent(module, at):
    """Suffix of PyTorch's names and prefix of ours, for each direction."""
    if module.bidirectional:
        return [("_l0", at + ".forward."), ("_l0_reverse", at + ".backward.")]
    return [("_l0", at + ".")]


def state_of(module, weights, at):
    """PyTorch's names and values for a module, from ours."""
    def get(name):
        if name not in weights:
            raise ValueError(f"{at}: {module} needs {name}, but the weights are {', '.join(sorted(weights))}")
        return np.asarray(weights[name])

    if isinstance(module, nn.RNNBase):
        state = {}
        for end, ours in recurrent(module, at):
            state["weight_ih" + end] = get(ours + "weight_x").T
            state["weight_hh" + end] = get(ours + "weight_h").T
            if isinstance(module, nn.GRU):
                state["bias_ih" + end], state["bias_hh" + end] = get(ours + "bias_x"), get(ours + "bias_h")
            else:
                state["bias_ih" + end] = get(ours + "bias")
                state["bias_hh" + end] = np.zeros_like(state["bias_ih" + end])
        return state
    if isinstance(module, nn.MultiheadAttention):
        three = [f"{at}.{part}." for part in ("query", "key", "value")]
        return {"in_proj_weight": np.concatenate([get(part + "weight").T for part in three]),
                "in_proj_bias": np.concatenate([get(part + "bias") for part in three]),
                "out_proj.weight": get(at + ".out.weight").T, "out_proj.bias": get(at + ".out.bias")}
    if isinstance(module, nn.LayerNorm):
        return {"weight": get(at + ".scale"), "bias": get(at + ".shift")}
    if isinstance(module, nn.PReLU):
        return {"weight": get(at + ".slope")}
    if isinstance(module, nn.Embedding):
        return {"weight": get(at + ".weight")}
    state = {"weight": get(at + ".weight").T}
    if at + ".bias" in weights:
        state["bias"] = get(at + ".bias")
    return state


def to_torch(module, weights, at):
    """Sets a module's parameters from ours under the name `at`. Error when a name or a shape does not fit."""
    check(module, at)
    state = state_of(module, weights, at)
    # A copy of each: load_state_dict refuses other names and shapes, and keeps the module's type of numbers.
    module.load_state_dict({name: torch.tensor(np.ascontiguousarray(value)) for name, value in state.items()})
    return module


def from_torch(module, at):
    """Our weights under the name `at`, as arrays, from a module's parameters."""
    check(module, at)
    theirs = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    if isinstance(module, nn.RNNBase):
        ours = {}
        for end, name in recurrent(module, at):
            ours[name + "weight_x"] = theirs["weight_ih" + end].T
            ours[name + "weight_h"] = theirs["weight_hh" + end].T
            if isinstance(module, nn.GRU):
                ours[name + "bias_x"] = theirs["bias_ih" + end]
                ours[name + "bias_h"] = theirs["bias_hh" + end]
            else:
                ours[name + "bias"] = theirs["bias_ih" + end] + theirs["bias_hh" + end]
        return ours
    if isinstance(module, nn.MultiheadAttention):
        ours = {at + ".out.weight": theirs["out_proj.weight"].T, at + ".out.bias": theirs["out_proj.bias"]}
        for i, part in enumerate(("query", "key", "value")):
            ours[f"{at}.{part}.weight"] = np.split(theirs["in_proj_weight"], 3)[i].T
            ours[f"{at}.{part}.bias"] = np.split(theirs["in_proj_bias"], 3)[i]
        return ours
    if isinstance(module, nn.Linear):
        theirs["weight"] = theirs["weight"].T
    named = {}
    if isinstance(module, nn.LayerNorm):
        named = {"weight": "scale", "bias": "shift"}
    if isinstance(module, nn.PReLU):
        named = {"weight": "slope"}
    return {f"{at}.{named.get(name, name)}": value for name, value in theirs.items()}
