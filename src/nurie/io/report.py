"""Reports: what is known of a coloured drawing's regions, as JSON."""

import json
import os
from collections.abc import Mapping
from typing import Any

from nurie.io.files import check_target, replacing


def write_report(
    path: str | os.PathLike[str], report: Mapping[str, Any], *, force: bool = False
) -> None:
    """Write a report as JSON, one line for each region.

    Args:
        path: the target, ``.json``.
        report: from ``nurie.painting.review.report``, and whatever else shall be said.
        force: an existing file may be replaced.

    Raises:
        OutputError: the target cannot be written, or exists and ``force`` was not given.
    """
    check_target(path, force=force, suffixes=(".json",))
    regions = ",\n".join(json.dumps(region) for region in report["regions"])
    head = {key: value for key, value in report.items() if key != "regions"}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    with replacing(path, force=force) as stream:
        stream.write(f'{opening}, "regions": [\n{regions}\n]}}\n'.encode(errors="surrogateescape"))
