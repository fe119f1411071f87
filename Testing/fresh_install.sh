#!/usr/bin/env bash
# The wheel, built and installed into a new environment, runs the demo with nothing of the source tree in reach.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/environment"
"$work/environment/bin/pip" wheel --quiet --no-deps --wheel-dir "$work" "$root"
"$work/environment/bin/pip" install --quiet "$work"/nemopet-*.whl
mkdir "$work/elsewhere"
cd "$work/elsewhere"
env -u PYTHONPATH "$work/environment/bin/nemopet" demo --out "$work/demo"
test -s "$work/demo/report.html"
