"""Volumes of a patient that views need beside its PET and CT: found in no selector, and not saved."""

from __future__ import annotations

from typing import Any

from NEMOPETLib.scene.patient_nodes import PATIENT, ROLE, PatientNodes, nodes_of_class


def find_hidden_volume(patient: PatientNodes, role: str) -> Any:
    """The patient's hidden volume of a role; None if it was not made yet."""
    for node in nodes_of_class(patient.scene, "vtkMRMLScalarVolumeNode"):
        if node.GetAttribute(ROLE) == role and node.GetAttribute(PATIENT) == patient.key:
            return node
    return None


def new_hidden_volume(patient: PatientNodes, role: str, name: str) -> Any:
    """A volume that lies as the PET does, without voxels; still to be added to the scene."""
    node = patient.scene.CreateNodeByClass("vtkMRMLScalarVolumeNode")
    node.UnRegister(None)
    node.SetName(f"{patient.pet.GetName()} {name}")
    node.SetHideFromEditors(True)
    node.SetSaveWithScene(False)
    node.SetAttribute(PATIENT, patient.key)
    node.SetAttribute(ROLE, role)
    node.CopyOrientation(patient.pet)
    return node
