"""A stand-in for ``python -m totalsegmentator.bin.TotalSegmentator``: quick, and it fails as it is told.

``FAKE_FAULTS`` says how, one word for each call in turn (``ok`` once they are used up); the calls are counted in the
file ``FAKE_CALLS``, where each leaves its arguments. The label map that it gives is ``FAKE_LABELS``, copied.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

VERSIONS = {"TotalSegmentator": "2.18.0", "nnunetv2": "2.8.1", "torch": "2.13.0", "torchvision": "0.28.0"}
LICENCE = """
In contrast to the other tasks this task is not openly available.
It requires a license. For non-commercial usage a free license can be
acquired here:
"""
FAMILY = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"


def main() -> int:
    """Answer for the versions, or segment."""
    if "-c" in sys.argv:
        versions = VERSIONS | json.loads(os.environ.get("FAKE_VERSIONS", "{}"))
        asked = sys.argv[sys.argv.index("-c") + 2 :]
        print(json.dumps({"versions": {name: versions[name] for name in asked if name in versions}, "cuda": ""}))
        return 0
    calls = Path(os.environ["FAKE_CALLS"])
    past = calls.read_text().splitlines() if calls.exists() else []
    home = Path(os.environ["TOTALSEG_HOME_DIR"], "config.json").read_text()
    with calls.open("a") as file:
        file.write(json.dumps({"arguments": sys.argv[1:], "config": json.loads(home), "at": time.time()}) + "\n")
    faults = os.environ.get("FAKE_FAULTS", "").split()
    fault = faults[len(past)] if len(past) < len(faults) else "ok"
    if fault in FAULTS:
        return FAULTS[fault]()
    return segment(fault)


def option(name: str) -> str:
    """The value of an option."""
    return sys.argv[sys.argv.index(name) + 1]


def segment(fault: str) -> int:
    """Print what TotalSegmentator prints, and write the output and the report but for what is to be missing."""
    print(f"input {option('-i')}")
    print("No GPU detected. Running on CPU. This can be very slow.", flush=True)
    Path(os.environ["TMPDIR"], "nnunet_tmp").mkdir(exist_ok=True)
    subprocess.Popen([sys.executable, "-c", FAMILY])
    for part in (1, 2):
        print(f"Predicting part {part} of 2 ...", flush=True)
        for done in range(5):
            sys.stderr.write(f"\r {25 * done}%|███   | {done}/4 [00:01<00:02,  1.00it/s]")
            sys.stderr.flush()
            time.sleep(float(os.environ.get("FAKE_STEP_S", "0")))
        sys.stderr.write("\n")
    if fault != "no-output":
        shutil.copy(os.environ["FAKE_LABELS"], option("-o"))
    if fault != "no-report":
        device = "cpu" if fault != "gpu" else "gpu"
        Path(option("--report")).write_text(json.dumps({"device": device, "runtime_seconds": 1.5}))
    return 0


def say(text: str, status: int) -> int:
    """Fail with some last words."""
    print(text, flush=True)
    return status


def hang() -> int:
    """Say something, then nothing for a minute."""
    print("still there", flush=True)
    time.sleep(60)
    return 0


def killed() -> int:
    """Die as by the kernel's hand."""
    os.kill(os.getpid(), 9)
    return 0


def filled(last_words: str) -> int:
    """Write into its folder for temporary files until the disk is full."""
    try:
        with Path(os.environ["TMPDIR"], "probabilities.npy").open("wb", buffering=0) as file:
            while file.write(bytes(1 << 20)):
                pass
    except OSError as error:
        print(last_words or f"OSError: {error}", flush=True)
    return 1


FAULTS = {
    "filled": lambda: filled(""),
    "filled-worker": lambda: filled("RuntimeError: Background workers died. Look for the error message further up!"),
    "filled-silent": lambda: filled("torch: cannot go on"),
    "exit-1": lambda: say("ValueError: something in it went wrong", 1),
    "silent-1": lambda: 1,
    "gpu-memory": lambda: say("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", 1),
    "no-gpu-memory": lambda: say("No GPU detected. Running on CPU.\nnumpy: Unable to allocate 8 GiB", 1),
    "worker": lambda: say("RuntimeError: Background workers died. Look for the error message further up!", 1),
    "killed": killed,
    "licence": lambda: say(LICENCE, 1),
    "bad-licence": lambda: say("ERROR: Invalid license number (aca_0123). Please check your license number", 1),
    "disk": lambda: say("OSError: [Errno 28] No space left on device: '/x/y'", 1),
    "offline": lambda: say("requests.exceptions.ConnectionError: Max retries exceeded with url", 1),
    "torchvision": lambda: say("RuntimeError: operator torchvision::nms does not exist", 1),
    "import": lambda: say("ModuleNotFoundError: No module named 'timm'", 1),
    "hang": hang,
}

if __name__ == "__main__":
    raise SystemExit(main())
