"""Our layers as nodes of an ONNX model, from their weights; sizes of batch and time stay free.

Needs python3-onnx 1.12 or later.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def ordered(weight, order):
    """The gates' columns in another order, transposed: [in, gates H] -> [gates H, in]."""
    gates = np.split(weight, len(order), axis=-1)
    return np.concatenate([gates[i] for i in order], axis=-1).T


class Model:
    """A graph that grows by a layer with each call. A call takes and returns names of values."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants, self.inputs, self.outputs = weights, [], [], [], []

    def input(self, name, shape, type=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, type, shape))
        return name

    def output(self, name, value, shape):
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, value):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op, inputs, count=1, **attributes):
        names = [f"{op}{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names[0] if count == 1 else names

    def reshape(self, x, shape):
        """An axis of 0 keeps the size that it has."""
        return self.node("Reshape", [x, self.constant(np.array(shape))])

    def dense(self, at, x):
        y = self.node("MatMul", [x, self.constant(self.weights[at + ".weight"])])
        bias = self.weights.get(at + ".bias")
        return y if bias is None else self.node("Add", [y, self.constant(bias)])

    def embedding(self, at, ids):
        return self.node("Gather", [self.constant(self.weights[at + ".weight"]), ids])

    def one_hot(self, ids, classes):
        values = self.constant(np.array([0, 1], "float32"))
        return self.node("OneHot", [ids, self.constant(np.array(classes)), values])

    def prelu(self, at, x):
        return self.node("PRelu", [x, self.constant(self.weights[at + ".slope"])])

    def layer_norm(self, at, x, epsilon=1e-5):
        weights = [self.constant(self.weights[at + part]) for part in (".scale", ".shift")]
        return self.node("LayerNormalization", [x, *weights], axis=-1, epsilon=epsilon)

    def causal_mask(self, x):
        """For x [B,T,D]: [T,T], true where a query may look."""
        steps = self.node("Shape", [x], start=1, end=2)
        shape = self.node("Concat", [steps, steps], axis=0)
        ones = self.node("ConstantOfShape", [shape], value=numpy_helper.from_array(np.array([1], "float32")))
        return self.node("Cast", [self.node("Trilu", [ones], upper=0)], to=TensorProto.BOOL)

    def attention(self, query, key, value, heads=1, mask=None):
        """softmax(q k' / sqrt(D / heads)) v in each head, of [B,T,D] each: [B,T,D]. A mask is true where a
        query may look."""
        def split(x, order):  # [B,T,D] -> [B,T,heads,D / heads], then in this order of axes
            return self.node("Transpose", [self.reshape(x, [0, 0, heads, -1])], perm=order)
        q, k, v = split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1]), split(value, [0, 2, 1, 3])
        width = self.node("Cast", [self.node("Shape", [q], start=3, end=4)], to=TensorProto.FLOAT)
        scores = self.node("Div", [self.node("MatMul", [q, k]), self.node("Sqrt", [width])])
        if mask is not None:
            scores = self.node("Where", [mask, scores, self.constant(np.array(-np.inf, "float32"))])
        seen = self.node("MatMul", [self.node("Softmax", [scores], axis=-1), v])
        return self.reshape(self.node("Transpose", [seen], perm=[0, 2, 1, 3]), [0, 0, -1])

    def recurrent(self, op, at, x, lengths):
        """LSTM (in one or both directions), GRU or RNN on [B,T,D]: sequence [B,T,H], last states [B,H]."""
        both = at + ".forward.bias" in self.weights
        # Ours: i f g o and r z n. ONNX: i o f g and z r n.
        order = {"LSTM": [0, 3, 1, 2], "GRU": [1, 0, 2], "RNN": [0]}[op]
        parts = [[], [], []]
        for name in [at + ".forward", at + ".backward"] if both else [at]:
            parts[0].append(ordered(self.weights[name + ".weight_x"], order))
            parts[1].append(ordered(self.weights[name + ".weight_h"], order))
            if op == "GRU":
                biases = [self.weights[name + ".bias_x"], self.weights[name + ".bias_h"]]
            else:
                biases = [self.weights[name + ".bias"], np.zeros_like(self.weights[name + ".bias"])]
            parts[2].append(np.concatenate([ordered(bias, order) for bias in biases]))
        attributes = {"linear_before_reset": 1} if op == "GRU" else {}
        steps = self.node("Transpose", [x], perm=[1, 0, 2])
        found = self.node(op, [steps, *(self.constant(np.stack(part)) for part in parts), lengths],
                          3 if op == "LSTM" else 2, hidden_size=parts[1][0].shape[1],
                          direction="bidirectional" if both else "forward", **attributes)
        # [T,directions,B,H] -> [B,T,directions,H]
        results = [self.reshape(self.node("Transpose", [found[0]], perm=[2, 0, 1, 3]), [0, 0, -1])]
        for state in found[1:]:  # [directions,B,H]
            results.append(self.reshape(self.node("Transpose", [state], perm=[1, 0, 2]), [0, -1]))
        return results

    def save(self, path, about={}):
        """Checks the model and writes it, with texts about it by name."""
        graph = helper.make_graph(self.nodes, "model", self.inputs, self.outputs, self.constants)
        model = helper.make_model(graph, producer_name="tinygrad_cpp", ir_version=8,
                                  opset_imports=[helper.make_opsetid("", 17)])
        helper.set_model_props(model, about)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, path)
