#!/usr/bin/python3
"""Prints tests/torch_numbers.hpp: what PyTorch's GRU, RNN, LayerNorm, attention and a transformer block give in double, with their
gradients.

Usage: layer_numbers.py > tests/torch_numbers.hpp
"""
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_num_threads(1)
B, T, D, H = 2, 3, 2, 2
LENGTHS = [2, 3]


def wave(n, *shape):
    """sin(n + 2 i) for element i, as in torch_test.cpp."""
    count = torch.Size(shape).numel()
    return torch.sin(n + 2 * torch.arange(count, dtype=torch.float64)).reshape(shape)


def leaf(n, *shape):
    return wave(n, *shape).requires_grad_()


def show(name, results):
    """Each result row-major, in lines of at most 110 columns."""
    print(f'    {{"{name}",\n     {{')
    for result in results:
        line = "         {"
        for value in result.detach().reshape(-1).tolist():
            number = f"{value:.14g}, "
            if len(line) + len(number) > 109:
                print(line.rstrip())
                line = "          "
            line += number
        print(line.rstrip(", ") + "},")
    print("     }},")


def recurrent(name, layer, gates, biases, reverse, lengths):
    """A direction of a layer that reads in both: PyTorch has none that reads in reverse alone."""
    ending = "_l0_reverse" if reverse else "_l0"
    weights = [leaf(2, D, gates * H), leaf(3, H, gates * H)] + [leaf(4 + i, gates * H) for i in range(biases)]
    theirs = [weights[0].T, weights[1].T, weights[2], weights[3] if biases == 2 else torch.zeros(gates * H).double()]
    names = [kind + ending for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    layer = layer(D, H, batch_first=True, bidirectional=True).double()
    x, start = leaf(1, B, T, D), leaf(6, B, H)
    given = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False) if lengths else x
    for own in names:
        del layer._parameters[own]
    for own, weight in zip(names, theirs):
        setattr(layer, own, weight)
    layer._flat_weights = [getattr(layer, own) for own in layer._flat_weights_names]
    out, state = layer(given, torch.stack([start, start]))
    if lengths:
        out, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
    sequence, state = (out[..., H:], state[1]) if reverse else (out[..., :H], state[0])
    loss = (sequence * wave(7, B, T, H)).sum() + (state * wave(8, B, H)).sum()
    show(name, [sequence, state, *torch.autograd.grad(loss, [x, *weights, start])])


def layer_norm():
    x, layer = leaf(1, 2, 3, 4), torch.nn.LayerNorm(4).double()
    layer.weight, layer.bias = torch.nn.Parameter(wave(2, 4)), torch.nn.Parameter(wave(3, 4))
    y = layer(x)
    show("layer_norm", [y, *torch.autograd.grad((y * wave(7, 2, 3, 4)).sum(), [x, layer.weight, layer.bias])])


def attention(name, q, k, v, mask):
    y, _ = torch._scaled_dot_product_attention_math(q, k, v, mask)
    show(name, [y, *torch.autograd.grad((y * wave(7, *y.shape)).sum(), [q, k, v])])


def block():
    """A pre-norm block: 4 features, 2 heads, 6 units, causal. Its weights are [in, out] here."""
    layer = torch.nn.TransformerEncoderLayer(4, 2, 6, dropout=0, batch_first=True, norm_first=True).double()
    x = leaf(1, 2, 3, 4)
    q, k, v, out, up, down = [leaf(2 + i, *shape) for i, shape in enumerate([(4, 4)] * 4 + [(4, 6), (6, 4)])]
    biases = [leaf(8 + i, size) for i, size in enumerate([4, 4, 4, 4, 6, 4])]
    norms = [leaf(14 + i, 4) for i in range(4)]
    theirs = {
        "self_attn.in_proj_weight": torch.cat([q, k, v], 1).T, "self_attn.in_proj_bias": torch.cat(biases[:3]),
        "self_attn.out_proj.weight": out.T, "self_attn.out_proj.bias": biases[3],
        "linear1.weight": up.T, "linear1.bias": biases[4], "linear2.weight": down.T, "linear2.bias": biases[5],
        "norm1.weight": norms[0], "norm1.bias": norms[1], "norm2.weight": norms[2], "norm2.bias": norms[3],
    }
    later = torch.ones(3, 3).triu(1) > 0
    y = torch.nn.utils.stateless.functional_call(layer, theirs, (x,), {"src_mask": later})
    leaves = [x, q, k, v, out, up, down, *biases, *norms]
    show("transformer block", [y, *torch.autograd.grad((y * wave(7, 2, 3, 4)).sum(), leaves)])


print(f"""#pragma once
// Written by tests/peers/layer_numbers.py with PyTorch {torch.__version__.split("+")[0]}: do not edit.
// clang-format off
#include <map>
#include <string>
#include <vector>

/// By case: values and gradients, each row-major.
inline const std::map<std::string, std::vector<std::vector<double>>> torch_numbers = {{""")
for kind, layer, gates, biases in ("gru", torch.nn.GRU, 3, 2), ("rnn", torch.nn.RNN, 1, 1):
    for reverse in False, True:
        for lengths in False, True:
            name = kind + (" in reverse" if reverse else "") + (" with lengths" if lengths else "")
            recurrent(name, layer, gates, biases, reverse, lengths)
layer_norm()
q, k, v = leaf(1, 2, 3, 2), leaf(2, 2, 4, 2), leaf(3, 2, 4, 3)
attention("attention", q, k, v, None)
attention("attention with a mask", q, k, v, wave(4, 2, 3, 4) > -0.5)
q, k, v = leaf(1, 2, 2, 3, 2), leaf(2, 2, 2, 3, 2), leaf(3, 2, 2, 3, 2)
attention("attention of heads, causal", q, k, v, torch.ones(3, 3).tril() > 0)
block()
print("};")
