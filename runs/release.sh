#!/usr/bin/env bash
# Train, calibrate and export the released model: runs/release.sh SHARDS RUN [options of nurie train]
# SHARDS is a folder of WebDataset .tar shards; see lab/docs/data-card.md for those of the release. On a
# GPU it is used. What is done already (examples, features, steps) is kept: stopped, even killed, it
# goes on exactly when it is called again. The model lies in RUN/model in the end.
# CONFIG=configs/region-scratch.toml starts the encoder from random weights, not ImageNet's.
set -euo pipefail
config="${CONFIG:-"$(dirname "$0")/../configs/region.toml"}"
shards="$1" run="$2"
shift 2
exec "${PYTHON:-python3}" -m nurie train "$config" --data "$shards" --out "$run" "$@"
