from __future__ import annotations

import pytest

from NEMOPETLib.pacs.kept_answers import keep_answers
from Testing.pacs.small_dimse import SmallDimse
from Testing.pacs.study_of_images import StudyOfImages


def test_an_answer_that_the_loop_took_is_given_back():
    network = pytest.importorskip("pynetdicom")
    from pynetdicom.dimse_primitives import C_STORE

    with SmallDimse(StudyOfImages(1)) as server:
        entity = network.AE()
        entity.add_requested_context("1.2.840.10008.5.1.4.1.1.128")
        association = entity.associate("localhost", server.port, ae_title="PACS")
        keep_answers(association)
        answer = C_STORE()
        answer.MessageIDBeingRespondedTo, answer.Status = 1, 0
        association._serve_request(answer, 1)
        assert association.dimse.get_msg(block=True) == (1, answer)
        association.release()
