#!/usr/bin/env bash
# Train, calibrate and export the released model: runs/release.sh SHARDS [--minutes M] [--out RUN]
# SHARDS is a folder of WebDataset .tar shards; see docs/data-card.md for those of the release. On a
# GPU it is used. What is done already (examples, features) is kept, so that it can be called again.
# --config configs/region-scratch.toml starts the encoder from random weights, not ImageNet's.
set -euo pipefail
here="$(dirname "$0")/.."
exec "${PYTHON:-python3}" -m nurie_lab.training --made \
  --config "$here/configs/region.toml" --held-out "$here/configs/held-out.toml" "$@"
