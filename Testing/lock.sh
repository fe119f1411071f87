#!/usr/bin/env bash
# Resolve the newest allowed versions anew into the two lock files; needs uv. Run the tests afterwards.
set -eu
cd "$(dirname "$0")/.."
options=(--universal --python-version 3.11 --generate-hashes --no-header --upgrade --quiet)
uv pip compile pyproject.toml "${options[@]}" --output-file requirements.lock
uv pip compile pyproject.toml --extra test "${options[@]}" --constraint requirements.lock --output-file requirements-test.lock
# Not resolved but listed: what TotalSegmentator imports, which is less than it requires.
uv pip compile Testing/engines/totalsegmentator.in --no-deps --no-annotate --python-version 3.11 --generate-hashes --no-header --upgrade --quiet --output-file Testing/engines/totalsegmentator.lock

# LION's own environment: what lionz imports. Left out: packages that it asks for and does not use, torch, which
# lion_environment.py installs from the index that has the build for the computer, and what torch brings with it.
lock=$(mktemp -d)
trap 'rm -rf "$lock"' EXIT
printf '%s\n' lionz==1.0.7 'nnunetv2>=2.6.4,<2.9' torch==2.13.0 > "$lock/in"
echo torch==2.13.0 > "$lock/override"
printf '%s\n' torchvision halo pyfiglet cfonts emoji natsort triton cuda-toolkit cuda-bindings \
    nvidia-cudnn-cu13 nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvshmem-cu13 > "$lock/exclude"
uv pip compile "$lock/in" "${options[@]}" --override "$lock/override" --excludes "$lock/exclude" \
    --no-emit-package torch --no-annotate --output-file NEMOPETLib/engines/lion.lock
