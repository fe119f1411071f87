#!/usr/bin/env bash
# Resolve the newest allowed versions anew into the two lock files; needs uv. Run the tests afterwards.
set -eu
cd "$(dirname "$0")/.."
options=(--universal --python-version 3.11 --generate-hashes --no-header --upgrade --quiet)
uv pip compile pyproject.toml "${options[@]}" --output-file requirements.lock
uv pip compile pyproject.toml --extra test "${options[@]}" --constraint requirements.lock --output-file requirements-test.lock
# Not resolved but listed: what TotalSegmentator imports, which is less than it requires.
uv pip compile Testing/engines/totalsegmentator.in --no-deps --no-annotate --python-version 3.11 --generate-hashes --no-header --upgrade --quiet --output-file Testing/engines/totalsegmentator.lock
