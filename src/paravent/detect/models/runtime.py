"""How ONNX graphs are run: on a graphics card where the installed onnxruntime offers CUDA, else on one thread."""

from __future__ import annotations

import onnxruntime

# The best first. `pip install 'paravent[gpu]'` brings an onnxruntime that offers CUDA; where there is no card, it says so
# itself and takes the processor.
_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


def providers() -> list[str]:
    """What computes here, the best first."""
    offered = onnxruntime.get_available_providers()
    return [name for name in _PROVIDERS if name in offered]


def session(model: bytes) -> onnxruntime.InferenceSession:
    """Load an ONNX graph for one process and one thread; computes with one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    if hasattr(onnxruntime, "disable_telemetry_events"):
        onnxruntime.disable_telemetry_events()
    return onnxruntime.InferenceSession(model, options, providers=providers())
