#!/usr/bin/env bash
# The wheel, built and installed into a new environment, runs the demo with nothing of the source tree in reach. The
# packages are the lock's, which pip need not resolve and may have in its cache.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/environment"
pip=("$work/environment/bin/pip" --quiet --disable-pip-version-check)
"${pip[@]}" wheel --no-deps --wheel-dir "$work" "$root"
"${pip[@]}" install --no-deps --require-hashes --requirement "$root/requirements.lock"
"${pip[@]}" install --no-deps "$work"/nemopet-*.whl
"${pip[@]}" check
mkdir "$work/elsewhere"
cd "$work/elsewhere"
env -u PYTHONPATH "$work/environment/bin/nemopet" demo --out "$work/demo"
test -s "$work/demo/report.html"
