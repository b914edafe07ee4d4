#!/usr/bin/env bash
# Builds the wheel, installs it alone into a fresh environment and runs the main job from elsewhere.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
work="$1"
rm -rf "$work" && mkdir -p "$work"
cd "$here"
python3 -m uv build -q --wheel --out-dir "$work/dist"
python3 -m uv venv -q "$work/venv"
python3 -m uv pip install -q --python "$work/venv/bin/python" "$work"/dist/*.whl
cd "$work"
"$work/venv/bin/witnessmark" demo
