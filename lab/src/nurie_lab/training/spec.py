"""The JSON of a model that is released, which the product reads."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nurie.models.registry import FORMAT, ModelSpec, Spec


def write_spec(spec: Spec, path: Path) -> None:
    """Write a model's JSON, in one piece."""
    values: dict[str, Any] = {
        "format": FORMAT,
        "name": spec.name,
        "graphs": spec.graphs,
        "sha256": spec.sha256,
        "size": spec.size,
    }
    if isinstance(spec, ModelSpec):
        values |= {
            "entries": spec.entries,
            "temperature": spec.temperature,
            "calibration": [[round(float(v), 4) for v in pair] for pair in spec.calibration],
            **({"parts": list(spec.parts)} if spec.parts else {}),
        }
    else:
        values |= {
            "kind": "painter",
            "source": spec.source,
            "target": spec.target,
            "patches": asdict(spec.patches),
        }
    values |= {
        "card": spec.card,
        "prior": [float(f"{p:.6g}") for p in spec.prior],
        "bin_colors": spec.bin_colors.tolist(),
    }
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(values) + "\n", "utf-8")
    partial.replace(path)
