"""A race of pynetdicom mended: on a busy machine its own loop may take and drop the answer that a request waits for.

Then the request waits until its time is up though the PACS has answered. Seen with pynetdicom 3.0.4.
"""

from __future__ import annotations

from typing import Any


def keep_answers(association: Any) -> None:
    """Let the loop of an association give an answer back to who waits for it."""
    serve = association._serve_request

    def serve_or_give_back(message: Any, context_id: int) -> None:
        if message.is_valid_request:
            serve(message, context_id)
        else:
            association.dimse.msg_queue.put((context_id, message))

    association._serve_request = serve_or_give_back
