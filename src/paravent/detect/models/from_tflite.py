"""Writes the network that finds outlines as an ONNX graph, so that one runtime runs all networks.

The format (TensorFlow Lite's flat buffer) keeps pictures as (1, h, w, channels); ONNX has channels second. Only what this
one network consists of is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import helper

INPUT, OUTPUT = "pixels", "likely"  # (1, side, side, 3), 0 to 1; (1, 1, side, side)
_FIRST = "planes"
_PADDINGS = {0: "SAME_UPPER", 1: "VALID"}
_OPERATORS = {number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)}

# As ONNX wants kernels: convolution (out, in, h, w), by channel (channels, 1, h, w), transposed (in, out, h, w).
_TURNS = {"CONV_2D": (0, 3, 1, 2), "DEPTHWISE_CONV_2D": (3, 0, 1, 2), "CUSTOM": (3, 0, 1, 2)}

Node: TypeAlias = Any


def converted(weights: bytes, opset: int) -> bytes:
    """The graph as ONNX, half-precision weights as they are. opset: of the operators."""
    return bytes(_Graph(weights).whole(opset).SerializeToString(deterministic=True))


class _Graph:
    def __init__(self, weights: bytes) -> None:
        self._model = tflite.Model.GetRootAsModel(weights, 0)
        self._graph = self._model.Subgraphs(0)
        self._halves: dict[int, int] = {}  # a constant by the number of what it is widened to
        self._nodes: list[Node] = [helper.make_node("Transpose", [INPUT], [_FIRST], perm=[0, 3, 1, 2])]
        self._constants: list[Any] = []
        self._names = {int(self._graph.InputsAsNumpy()[0]): _FIRST, int(self._graph.OutputsAsNumpy()[0]): OUTPUT}

    def whole(self, opset: int) -> Any:
        for number in range(self._graph.OperatorsLength()):
            operator = self._graph.Operators(number)
            code = self._model.OperatorCodes(operator.OpcodeIndex())
            kind = _OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            inputs = [int(one) for one in operator.InputsAsNumpy()]
            if kind == "DEQUANTIZE":
                self._halves[int(operator.Outputs(0))] = inputs[0]
            else:
                self._add(kind, operator, inputs)
        side = int(self._graph.Tensors(int(self._graph.InputsAsNumpy()[0])).ShapeAsNumpy()[1])
        shown = helper.make_tensor_value_info(INPUT, onnx.TensorProto.FLOAT, [1, side, side, 3])
        likely = helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, [1, 1, side, side])
        graph = helper.make_graph(self._nodes, "outlines", [shown], [likely], self._constants)
        versions = [helper.make_opsetid("", opset)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8, producer_name="", producer_version="")
        onnx.checker.check_model(model)
        return model

    def _add(self, kind: str, operator: Any, inputs: list[int]) -> None:
        known, settings = _KINDS[kind]
        names = [self._name(one, kind) for one in inputs] if kind != "RESIZE_BILINEAR" else self._resized(inputs, operator)
        output = self._name(int(operator.Outputs(0)), kind)
        self._nodes.append(helper.make_node(known, names, [output], **settings(self, operator, inputs)))

    def _resized(self, inputs: list[int], operator: Any) -> list[str]:
        before, after = (self._graph.Tensors(int(one)).ShapeAsNumpy() for one in (inputs[0], operator.Outputs(0)))
        name = f"times{operator.Outputs(0)}"
        scales = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
        self._constants.append(onnx.numpy_helper.from_array(scales, name))
        return [self._name(inputs[0], ""), "", name]

    def _name(self, number: int, kind: str) -> str:
        """Of a tensor; a constant becomes part of the graph, and is widened there."""
        if number in self._halves and number not in self._names:
            self._names[number] = name = f"w{number}"
            values = self._values(self._halves[number])
            turned = np.ascontiguousarray(values.transpose(_TURNS[kind])) if values.ndim > 1 else values
            self._constants.append(onnx.numpy_helper.from_array(turned, name + "h"))
            self._nodes.append(helper.make_node("Cast", [name + "h"], [name], to=onnx.TensorProto.FLOAT))
        return self._names.setdefault(number, f"t{number}")

    def _values(self, number: int) -> NDArray[np.float16]:
        tensor = self._graph.Tensors(number)
        data = self._model.Buffers(tensor.Buffer()).DataAsNumpy().tobytes()
        return np.frombuffer(data, np.float16).reshape(tensor.ShapeAsNumpy())

    def channels(self, number: int) -> int:
        return int(self._graph.Tensors(number).ShapeAsNumpy()[3])


def _options(operator: Any, kind: Any) -> Any:
    table, options = operator.BuiltinOptions(), kind()
    options.Init(table.Bytes, table.Pos)
    if getattr(options, "FusedActivationFunction", int)():
        raise ValueError("a fused activation, which this network does not have")
    return options


def _convolution(graph: _Graph, operator: Any, inputs: list[int]) -> dict[str, Any]:
    options = _options(operator, tflite.Conv2DOptions)
    return {"auto_pad": _PADDINGS[options.Padding()], "strides": [options.StrideH(), options.StrideW()]}


def _by_channel(graph: _Graph, operator: Any, inputs: list[int]) -> dict[str, Any]:
    options = _options(operator, tflite.DepthwiseConv2DOptions)
    strides = [options.StrideH(), options.StrideW()]
    return {"auto_pad": _PADDINGS[options.Padding()], "strides": strides, "group": graph.channels(inputs[0])}


def _pool(graph: _Graph, operator: Any, inputs: list[int]) -> dict[str, Any]:
    options = _options(operator, tflite.Pool2DOptions)
    sides = [options.FilterHeight(), options.FilterWidth()]
    return {"auto_pad": _PADDINGS[options.Padding()], "kernel_shape": sides, "strides": sides}


def _bilinear(graph: _Graph, operator: Any, inputs: list[int]) -> dict[str, Any]:
    return {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}


def _nothing(graph: _Graph, operator: Any, inputs: list[int]) -> dict[str, Any]:
    return {}


def _doubling(graph: _Graph, operator: Any, inputs: list[int]) -> dict[str, Any]:
    return {"strides": [2, 2]}


# By its name there: the name in ONNX, and what is set.
_KINDS: dict[str, tuple[str, Callable[[_Graph, Any, list[int]], dict[str, Any]]]] = {
    "CONV_2D": ("Conv", _convolution),
    "DEPTHWISE_CONV_2D": ("Conv", _by_channel),
    "AVERAGE_POOL_2D": ("AveragePool", _pool),
    "RESIZE_BILINEAR": ("Resize", _bilinear),
    "CUSTOM": ("ConvTranspose", _doubling),  # MediaPipe's Convolution2DTransposeBias
    "RELU": ("Relu", _nothing),
    "HARD_SWISH": ("HardSwish", _nothing),
    "LOGISTIC": ("Sigmoid", _nothing),
    "ADD": ("Add", _nothing),
    "MUL": ("Mul", _nothing),
}
