"""A stand-in for the Python of LION's environment that runs ``lion_program.py``: it calls SUV 2 and more a tumour.

It takes ``FAKE_STEP_S`` for each step of its progress bar. No package is needed.
"""

from __future__ import annotations

import gzip
import os
import struct
import sys
import time
from array import array
from pathlib import Path

HEADER, DATATYPE, SCALING = 352, 70, 112
FLOAT32, UINT8 = 16, 2


def main(_program: str, pet: str, tumour: str, _device: str) -> int:
    """Write the mask on the PET's grid."""
    sys.stdout.write("device: cpu\n")
    sys.stdout.flush()
    for done in range(5):
        sys.stderr.write(f"\r {25 * done}%|###   | {done}/4 [00:01<00:02,  1.00it/s]")
        sys.stderr.flush()
        time.sleep(float(os.environ.get("FAKE_STEP_S", "0")))
    content = Path(pet).read_bytes()
    assert struct.unpack_from("<h", content, DATATYPE) == (FLOAT32,)
    header = bytearray(content[:HEADER])
    struct.pack_into("<2h", header, DATATYPE, UINT8, 8)
    struct.pack_into("<2f", header, SCALING - 4, HEADER, 1.0)
    struct.pack_into("<f", header, SCALING + 4, 0.0)
    voxels = bytes(suv >= 2 for suv in array("f", content[HEADER:]))
    Path(tumour).write_bytes(gzip.compress(bytes(header) + voxels, 1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
