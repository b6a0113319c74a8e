#!/usr/bin/env bash
# Train and export the released model: runs/release.sh SHARDS [--minutes M] [--out RUN]
# SHARDS is a folder of WebDataset .tar shards; see docs/data-card.md for those of the release.
set -euo pipefail
exec "${PYTHON:-python3}" -m nurie.training "$@" --config "$(dirname "$0")/../configs/region.toml"
