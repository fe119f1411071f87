"""The nodes of a patient: PET, CT, one segmentation, and where they stand in the subject hierarchy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import slicer

from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.scene.geometry import grid_of_volume
from NEMOPETLib.studies.volume import Grid

LESIONS, PHYSIOLOGICAL = "lesions", "physiological"
ON_PET = (LESIONS, PHYSIOLOGICAL)
"""The masks that lie on the PET's voxels; all others lie on the CT's."""

PATIENT, ROLE = "NEMO-PET.Patient", "NEMO-PET.Role"
"""Attributes of the nodes: whose they are, and what they are."""

_PET, _CT, _MASKS = "NEMO-PET.pet", "NEMO-PET.ct", "NEMO-PET.masks"


@dataclass(frozen=True)
class PatientNodes:
    """The nodes of one patient.

    Parameters
    ----------
    pet, ct
        vtkMRMLScalarVolumeNode.
    segmentation
        vtkMRMLSegmentationNode; a segment's ID is the name of its mask.
    memory
        vtkMRMLScriptedModuleNode that keeps the automatic masks and what else cannot be had from the others.
    """

    pet: Any
    ct: Any
    segmentation: Any
    memory: Any

    @property
    def key(self) -> str:
        """What the patient was added under."""
        return str(self.segmentation.GetAttribute(PATIENT))

    @property
    def scene(self) -> Any:
        """The scene that holds them."""
        return self.segmentation.GetScene()

    def volume_of(self, name: str) -> Any:
        """The volume node on whose voxels a mask lies."""
        return self.pet if name in ON_PET else self.ct

    def grid_of(self, name: str) -> Grid:
        """The grid of that volume."""
        return grid_of_volume(self.volume_of(name))

    @property
    def names(self) -> tuple[str, ...]:
        """The masks that there are, in the order of the segmentation."""
        segmentation = self.segmentation.GetSegmentation()
        return tuple(segmentation.GetNthSegmentID(n) for n in range(segmentation.GetNumberOfSegments()))


def add_patient(
    scene: Any, key: str, pet: Any, ct: Any, *, label: str, patient_id: str, study_uid: str, study_date: str = ""
) -> PatientNodes:
    """Make volumes a patient of the scene, with an empty segmentation, under Patient and Study.

    A patient who is there under the same key is taken out first.

    Parameters
    ----------
    scene
        The scene of the volumes.
    key
        What the patient is found by again.
    pet, ct
        Volume nodes.
    label
        What the reader sees in the subject hierarchy.
    patient_id, study_uid, study_date
        Of DICOM; items of a DICOM database that have them are used.
    """
    old = find_patient(scene, key)
    if old is not None:
        remove_patient(old, volumes=False)
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", f"{label} masks")
    segmentation.CreateDefaultDisplayNodes()
    memory = scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", f"{label} memory")
    memory.SetModuleName("NEMO-PET memory")
    patient = PatientNodes(pet, ct, segmentation, memory)
    for role, node in (("pet", pet), ("ct", ct), ("segmentation", segmentation), ("memory", memory)):
        node.SetAttribute(PATIENT, key)
        node.SetAttribute(ROLE, role)
    for reference, node in ((_PET, pet), (_CT, ct), (_MASKS, memory)):
        segmentation.SetNodeReferenceID(reference, node.GetID())
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(ct)
    _file(patient, label, patient_id, study_uid, study_date)
    return patient


def find_patients(scene: Any) -> tuple[PatientNodes, ...]:
    """The patients of a scene whose volumes are still there, in the order that they were added."""
    nodes = scene.GetNodesByClass("vtkMRMLSegmentationNode")
    nodes.UnRegister(None)
    found = []
    for n in range(nodes.GetNumberOfItems()):
        segmentation = nodes.GetItemAsObject(n)
        others = [segmentation.GetNodeReference(reference) for reference in (_PET, _CT, _MASKS)]
        if segmentation.GetAttribute(ROLE) == "segmentation" and None not in others:
            found.append(PatientNodes(others[0], others[1], segmentation, others[2]))
    return tuple(found)


def find_patient(scene: Any, key: str) -> PatientNodes | None:
    """The patient that was added under a key, if any."""
    return next((patient for patient in find_patients(scene) if patient.key == key), None)


def remove_patient(patient: PatientNodes, *, volumes: bool = True) -> None:
    """Take a patient's nodes out of the scene; the volumes stay if they are still needed."""
    scene = patient.scene
    nodes = [patient.segmentation, patient.memory, *([patient.pet, patient.ct] if volumes else [])]
    for node in nodes:
        scene.RemoveNode(node)


def segment_order(name: str) -> int:
    """The place of a mask among those of ``SEGMENT_TERMS``; others come last."""
    names = list(SEGMENT_TERMS)
    return names.index(name) if name in names else len(names)


def _file(patient: PatientNodes, label: str, patient_id: str, study_uid: str, study_date: str) -> None:
    """Put the nodes under the items of Patient and Study."""
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(patient.scene)
    uid = slicer.vtkMRMLSubjectHierarchyConstants.GetDICOMUIDName()
    subject = hierarchy.GetItemByUID(uid, patient_id) or 0
    if not subject:
        subject = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), label)
        hierarchy.SetItemUID(subject, uid, patient_id)
    study = hierarchy.GetItemByUID(uid, study_uid) or 0
    if not study:
        study = hierarchy.CreateStudyItem(subject, study_date or "PET/CT")
        hierarchy.SetItemUID(study, uid, study_uid)
    for node in (patient.pet, patient.ct, patient.segmentation):
        item = hierarchy.GetItemByDataNode(node)
        if item:
            hierarchy.SetItemParent(item, study)
        else:
            hierarchy.CreateItem(study, node)
