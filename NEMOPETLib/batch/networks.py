"""What a batch must know of its networks before it starts: installed, which weights, how much memory, which GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from NEMOPETLib.engines.engine_choice import EngineChoice
from NEMOPETLib.engines.engine_names import LION, TOTALSEGMENTATOR
from NEMOPETLib.studies.file_stamp import stamp_of

_NETWORK_BYTES = 12e9  # docs/batch.md: TotalSegmentator on a whole body, of which one runs at a time


def uses_network(engines: EngineChoice) -> bool:
    """Whether any mask is found by a network."""
    return engines.lesions == LION or TOTALSEGMENTATOR in (engines.tissues, engines.organs)


def network_bytes(engines: EngineChoice) -> float:
    """Memory of the network's own process."""
    return _NETWORK_BYTES if uses_network(engines) else 0.0


def require_networks(engines: EngineChoice) -> None:
    """Find out before long work whether the networks can run.

    Raises
    ------
    InputError
        If one is not installed.
    """
    if TOTALSEGMENTATOR in (engines.tissues, engines.organs):
        from NEMOPETLib.engines.totalsegmentator_program import find_program

        find_program(engines.totalsegmentator_python)
    if engines.lesions == LION:
        from NEMOPETLib.engines.lion_environment import find_environment
        from NEMOPETLib.engines.lion_weights import find_weights

        find_environment().require()
        find_weights().require()


def weights_text(engines: EngineChoice) -> str:
    """Names, sizes and times of the weights' files that are there: the same text, the same weights."""
    stamps = ((path.name, stamp_of(path)) for path in sorted(_weights(engines)) if path.is_file())
    return "; ".join(f"{name} {stamp.size} {stamp.changed_ns}" for name, stamp in stamps)


def _weights(engines: EngineChoice) -> Iterator[Path]:
    from NEMOPETLib.engines.totalsegmentator_tasks import ORGANS, SPLEEN, TISSUES
    from NEMOPETLib.engines.weights import weights_folder

    tasks = [
        *((SPLEEN, TISSUES) if engines.tissues == TOTALSEGMENTATOR else ()),
        *((ORGANS,) if engines.organs == TOTALSEGMENTATOR else ()),
    ]
    for task in tasks:
        for network in task.used:
            yield from network.files(weights_folder())
    if engines.lesions == LION:
        from NEMOPETLib.engines.lion_weights import find_weights

        yield from find_weights().files
