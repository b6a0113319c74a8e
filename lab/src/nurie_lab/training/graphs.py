"""ONNX graphs: written from torch, run beside it, put in their place together with one JSON."""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import Floats
from nurie.errors import ModelError, OutputError
from nurie.io.files import check_target, reason
from nurie.models.registry import FORMAT, ModelSpec, Spec


def write_graph(
    module: nn.Module,
    args: Sequence[Tensor],
    path: Path,
    *,
    names: tuple[Sequence[str], Sequence[str]],
    dynamic: dict[str, Any] | None = None,
    half: bool = True,
) -> None:
    """Write a network, in evaluation mode, as one ONNX file.

    ``args`` are an example of its inputs, ``names`` those of inputs and outputs, ``dynamic`` the
    axes that may have other sizes, as ``torch.export`` takes them. Large weights are stored as
    float16, cast on loading, where ``half`` says so; what comes in and goes out is float32 in any
    case.

    Raises:
        ModelError: torch cannot write it.
    """
    import onnx

    with _quiet():
        program = torch.onnx.export(
            module, tuple(args), input_names=list(names[0]), output_names=list(names[1]),
            dynamic_shapes=dynamic, dynamo=True, external_data=False, verbose=False, optimize=True,
        )  # fmt: skip
    if program is None:
        raise ModelError(f"torch could not export {path.name}.")
    model = program.model_proto
    model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    if half:
        _store_half(model)
    onnx.save(model, path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch tells its own developers while it exports."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _store_half(model: Any) -> None:
    """Replace float32 initializers over 256 numbers by float16 ones that are cast on loading."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > 256:
            name = tensor.name
            with np.errstate(over="ignore"):
                stored = numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
            tensor.CopyFrom(stored)
            casts.append(helper.make_node("Cast", [stored.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def coarsen(path: Path, bits: int) -> None:
    """Round the half-precision weights of a graph to fewer bits of the mantissa than their ten.

    The file is as large as before, and packs smaller.
    """
    import onnx
    from onnx import numpy_helper

    model, least = onnx.load(path), 1 << (10 - bits)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float16:
            # Sign, exponent and mantissa lie in this order: a carry goes up to the exponent.
            words = (values.view(np.int16).astype(np.int32) + least // 2) // least * least
            rounded = words.astype(np.int16).view(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
    onnx.save(model, path)


def open_session(path: Path) -> Any:
    """A graph on ONNX Runtime, on the CPU and without its chatter."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run_graph(path: Path, inputs: dict[str, Tensor]) -> list[Floats]:
    """What ONNX Runtime makes of a graph.

    Raises:
        ModelError: it cannot run it.
    """
    try:
        session = open_session(path)
        outputs: list[Floats] = session.run(None, {name: v.numpy() for name, v in inputs.items()})
    except Exception as error:  # the runtime's errors share no base class
        why = str(error).partition("\n")[0].rstrip(".")
        raise ModelError(f"ONNX Runtime cannot run {path.name} ({why}).") from error
    return outputs


def gap(
    module: nn.Module,
    inputs: dict[str, Tensor],
    path: Path,
    *,
    unit: Callable[[Floats], float] = lambda _: 1.0,
) -> float:
    """Largest difference between ONNX Runtime and torch, in a unit that each output may have.

    It is infinite where one of them is no number.
    """
    with torch.inference_mode():
        expected = module(*inputs.values())
    wanted = [each.numpy() for each in ([expected] if isinstance(expected, Tensor) else expected)]
    pairs = zip(wanted, run_graph(path, inputs), strict=True)
    gaps = [float(np.abs(one - two).max() / unit(one)) for one, two in pairs]
    return max(gaps) if np.isfinite(gaps).all() else np.inf


def digests(folder: Path, files: Sequence[str]) -> dict[str, str]:
    """SHA-256 of files of a folder, by name."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}


@contextmanager
def staged(out: Path, files: Sequence[str], *, force: bool) -> Iterator[Path]:
    """A folder to write files in, which take their places when the block ends well.

    They are moved in the order given: name the one last that makes the others count. When the
    block fails, nothing is left of them, nor of ``out`` where it was made for them.

    Raises:
        ExistsError: a file exists and ``force`` was not given.
        OutputError: the folder cannot be made or written.
    """
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in files:
            check_target(out / name, force=force, suffixes=(Path(name).suffix,))
        with tempfile.TemporaryDirectory(prefix=".nurie-", dir=out) as folder:
            yield Path(folder)
            for name in files:
                check_target(out / name, force=force, suffixes=(Path(name).suffix,))
            for name in files:
                os.replace(Path(folder, name), out / name)  # noqa: PTH105 (as io.files does)
        made = []
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {reason(error)}.") from error
    finally:
        for each in made:
            with contextlib.suppress(OSError):
                each.rmdir()


def write_spec(spec: Spec, path: Path) -> None:
    """Write the JSON of a released model, which the product reads."""
    values: dict[str, Any] = {
        "format": FORMAT, "name": spec.name, "graphs": spec.graphs, "sha256": spec.sha256,
        "size": spec.size,
    }  # fmt: skip
    if isinstance(spec, ModelSpec):
        values |= {
            "entries": spec.entries,
            "temperature": spec.temperature,
            "calibration": [[round(float(v), 4) for v in pair] for pair in spec.calibration],
            **({"parts": list(spec.parts)} if spec.parts else {}),
            **({"second_size": spec.second_size} if spec.second_size else {}),
        }
    else:
        values |= {
            "kind": "painter", "source": spec.source, "target": spec.target,
            "patches": asdict(spec.patches),
        }  # fmt: skip
    values |= {
        "card": spec.card,
        "prior": [float(f"{p:.6g}") for p in spec.prior],
        "bin_colors": spec.bin_colors.tolist(),
    }
    path.write_text(json.dumps(values) + "\n", "utf-8")
