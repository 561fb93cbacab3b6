"""Prepares the networks for this machine: clean graphs that take pixels, tested on a picture whose answer is known.

CenterFace is quantised to 8 bits. YuNet is not: it consists of convolutions by channel, which are no faster so. The finder
of outlines becomes an ONNX graph (`from_tflite`).

Run as a process of its own when a model is installed, and imported by whoever builds `paravent-models`. The ranges that
quantisation needs were measured by scripts/calibrate.py and lie in `data/`, so that every machine with the same onnxruntime
and onnx makes the same bytes. Whoever changes what is made here raises the `recipe` in `detect.models`.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime import quantization

from paravent.detect.faces.network import CHANNELS, PIXELS
from paravent.detect.faces.yunet import BOX, OUTPUTS
from paravent.detect.models import from_tflite
from paravent.detect.models.catalogue import MODELS, SELFIE, YUNET, Model
from paravent.detect.models.known_picture import passes
from paravent.errors import ModelsMissing
from paravent.i18n.texts import _

_OPSET = 17  # every operator of the graph means the same there as in its own opset 9; quantisation by channel needs 13


def prepared(model: Model, weights: bytes, progress: Callable[[str], None]) -> tuple[bytes, str]:
    """The graph that passed the test, and its precision.

    That of the face detector is "int8", or "fp32" where 8 bits failed, which `progress` is told. Raises ModelsMissing when
    nothing passes.
    """
    precision = "fp32"
    if model is YUNET:
        made = guide(weights)
    elif model is SELFIE:
        made, precision = from_tflite.converted(weights, _OPSET), model.precision
    else:
        made = quantised(weights)
        if passes(made, model.name):
            return made, "int8"
        progress(
            _("This machine computes the fast 8-bit model differently than expected; the slower full precision is used.")
        )
        made = full_precision(weights)
    if passes(made, model.name):
        return made, precision
    raise ModelsMissing(
        _("the {model} computes something else than expected here; please report this machine").format(model=_(model.title))
    )


def guide(weights: bytes) -> bytes:
    """YuNet's graph for any number of pictures of any size, RGB instead of BGR, without what makes lists of its maps."""
    model = onnx.load_model_from_string(weights)
    graph = model.graph
    made_by = {output: node for node in graph.node for output in node.output}
    nodes, wanted = list[Any](), set[str]()
    for name in OUTPUTS:
        node = made_by[name]
        while node.op_type != "Conv":
            node = made_by[node.input[0]]
        nodes.append(onnx.helper.make_node("Identity", [node.output[0]], [name]))
        wanted.add(node.output[0])
    for node in reversed(graph.node):
        if wanted & set(node.output):
            wanted |= set(node.input)
            nodes.insert(0, node)
    _mirror_channels(graph)
    channels = {name: BOX if name.startswith("bbox") else 1 for name in OUTPUTS}
    maps = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", count, f"h_{name}", f"w_{name}"])
        for name, count in channels.items()
    ]
    weighed = [tensor for tensor in graph.initializer if tensor.name in wanted]
    clean = onnx.helper.make_graph(nodes, "yunet", list(graph.input), maps, weighed)
    opset = onnx.helper.make_opsetid("", _OPSET)
    whole = onnx.helper.make_model(clean, opset_imports=[opset], ir_version=8, producer_name="", producer_version="")
    planes = graph.input[0].name
    return _taking_pixels(whole, "planes", [onnx.helper.make_node("Cast", ["planes"], [planes], to=onnx.TensorProto.FLOAT)])


def _mirror_channels(graph: Any) -> None:
    """Let the first convolution take RGB where it took BGR."""
    tensor = _first_kernels(graph)
    kernels = onnx.numpy_helper.to_array(tensor)[:, ::-1]
    tensor.CopyFrom(onnx.numpy_helper.from_array(np.ascontiguousarray(kernels), tensor.name))


def cleaned(weights: bytes) -> Any:
    """The published graph with weights taken out of its inputs, and any number of pictures of any size as input."""
    model = onnx.load_model_from_string(weights)
    graph = model.graph
    used = {name for node in graph.node for name in node.input}
    parameters = [tensor for tensor in graph.initializer if tensor.name in used]
    names = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in names]
    for field, values in ((graph.initializer, parameters), (graph.input, inputs)):
        kept = [type(value).FromString(value.SerializeToString()) for value in values]
        del field[:]
        field.extend(kept)
    for value, sides in ((graph.input[0], ("h", "w")), *((output, ("cells_h", "cells_w")) for output in graph.output)):
        dimensions = value.type.tensor_type.shape.dim
        for dimension, name in zip((dimensions[0], dimensions[2], dimensions[3]), ("n", *sides), strict=True):
            dimension.dim_param = name
    model.ir_version = 8
    model.opset_import[0].version = _OPSET
    onnx.checker.check_model(model)
    return model


def full_precision(weights: bytes) -> bytes:
    """The cleaned graph, taking pixels as they are."""
    model = cleaned(weights)
    planes = model.graph.input[0].name
    cast = onnx.helper.make_node("Cast", ["planes"], [planes], to=onnx.TensorProto.FLOAT)
    return _taking_pixels(model, "planes", [cast])


def quantised(weights: bytes) -> bytes:
    """The cleaned graph in 8 bits, with the stored ranges: the same bytes every time."""
    with tempfile.TemporaryDirectory(prefix="paravent-") as folder:
        made, ranges = Path(folder) / "model.onnx", Path(folder) / "ranges.json"
        ranges.write_bytes(_data("ranges.json"))
        quantise(weights, made, ranges)
        model = onnx.load_model(made)
    # Pixels are 0 to 255 in steps of 1: already what the input's quantisation would make of them.
    step = next(node for node in model.graph.node if model.graph.input[0].name in node.input)
    planes = step.output[0]
    model.graph.node.remove(step)
    return _taking_pixels(model, planes, [])


def _taking_pixels(model: Any, planes: str, then: list[Any]) -> bytes:
    """`model` fed with uint8 pixels (n, h, w, 4), turned into the tensor `planes` (n, 4, h, w); `then` comes next.

    The fourth channel weighs nothing: onnxruntime gathers four bytes a pixel in half the time that it needs for three.
    """
    graph = model.graph
    _take_one_more_channel(graph)
    nodes = [onnx.helper.make_node("Transpose", [PIXELS], [planes], perm=[0, 3, 1, 2]), *then, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.input[:]
    graph.input.append(onnx.helper.make_tensor_value_info(PIXELS, onnx.TensorProto.UINT8, ["n", "h", "w", CHANNELS]))
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _take_one_more_channel(graph: Any) -> None:
    """Let the first convolution take four channels and ignore the last."""
    tensor = _first_kernels(graph)
    kernels = onnx.numpy_helper.to_array(tensor)
    wider = np.pad(kernels, ((0, 0), (0, CHANNELS - kernels.shape[1]), (0, 0), (0, 0)))
    tensor.CopyFrom(onnx.numpy_helper.from_array(wider, tensor.name))


def _first_kernels(graph: Any) -> Any:
    """The tensor with the kernels of the first convolution."""
    first = next(node for node in graph.node if node.op_type == "Conv").input[1]
    scaled = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "DequantizeLinear"}
    return next(tensor for tensor in graph.initializer if tensor.name == scaled.get(first, first))


def quantise(weights: bytes, made: Path, ranges: Path, reader: Any = None) -> None:
    """Write the 8-bit graph to `made`, with the ranges in the file `ranges`.

    With a `reader` of calibration pictures and no such file, the ranges are measured and written there.
    """
    with _quiet():
        quantization.quantize_static(
            cleaned(weights),
            made,
            reader,
            quant_format=quantization.QuantFormat.QDQ,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # else processors without VNNI saturate: scores up to 0.44 apart
            calibration_cache_path=ranges,
        )


def _data(name: str) -> bytes:
    return (resources.files("paravent.detect.models") / "data" / name).read_bytes()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser advises through the root logger and prints; none of it is for our users."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)


def main(name: str, weights: str, made: str) -> None:
    """Prepare the model of that name: read the file `weights`, write the file `made`, tell what became of it as JSON."""
    said: list[str] = []
    model = next(model for model in MODELS if model.name == name)
    try:
        data, precision = prepared(model, Path(weights).read_bytes(), said.append)
    except ModelsMissing as error:
        print(json.dumps({"said": said, "precision": "", "failed": str(error)}))
        return
    Path(made).write_bytes(data)
    print(json.dumps({"said": said, "precision": precision, "failed": ""}))


if __name__ == "__main__":
    main(*sys.argv[1:])
