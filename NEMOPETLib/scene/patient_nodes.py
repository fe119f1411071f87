"""The nodes of a patient: PET, CT, their segmentations, and where they stand in the subject hierarchy.

Slicer keeps and saves a segmentation on one lattice: it resamples segments of several, in memory too, and
takes a minute for it. So the masks on the PET's voxels are one segmentation and those on the CT's another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import slicer

from NEMOPETLib.errors import InputError
from NEMOPETLib.masks.segment_terms import SEGMENT_TERMS
from NEMOPETLib.scene.geometry import grid_of_volume
from NEMOPETLib.studies.volume import Grid

LESIONS, PHYSIOLOGICAL = "lesions", "physiological"
ON_PET = (LESIONS, PHYSIOLOGICAL)
"""The masks that lie on the PET's voxels; all others lie on the CT's."""

_FILL = 0.2  # opacity of a segment inside its outline: the uptake must be seen through it

PATIENT, ROLE = "NEMO-PET.Patient", "NEMO-PET.Role"
"""Attributes of the nodes: whose they are, and what they are."""

_ROLES = ("pet", "ct", "segmentation", "tissues")


@dataclass(frozen=True)
class PatientNodes:
    """The nodes of one patient.

    Parameters
    ----------
    pet, ct
        vtkMRMLScalarVolumeNode.
    segmentation
        vtkMRMLSegmentationNode on the PET: lesions and physiological uptake. A segment's ID is its mask's name.
    tissues
        vtkMRMLSegmentationNode on the CT.
    memory
        vtkMRMLScriptedModuleNode that refers to the others, and keeps the automatic masks.
    """

    pet: Any
    ct: Any
    segmentation: Any
    tissues: Any
    memory: Any

    @property
    def key(self) -> str:
        """What the patient was added under."""
        return str(self.memory.GetAttribute(PATIENT))

    @property
    def scene(self) -> Any:
        """The scene that holds them."""
        return self.memory.GetScene()

    @property
    def are_there(self) -> bool:
        """Whether none of them was taken out of the scene."""
        return all(getattr(self, role).GetScene() is not None for role in (*_ROLES, "memory"))

    @property
    def segmentations(self) -> tuple[Any, Any]:
        """Both segmentation nodes: what to observe."""
        return self.segmentation, self.tissues

    def segmentation_of(self, name: str) -> Any:
        """The segmentation node that holds a mask, or would."""
        return self.segmentation if name in ON_PET else self.tissues

    def segment(self, name: str) -> Any:
        """The vtkSegment of a mask; raises InputError if there is none."""
        segment = self.segmentation_of(name).GetSegmentation().GetSegment(name)
        if segment is None:
            raise InputError(f"there is no segment {name!r}: it was removed from the segmentation")
        return segment

    def volume_of(self, name: str) -> Any:
        """The volume node on whose voxels a mask lies."""
        return self.pet if name in ON_PET else self.ct

    def grid_of(self, name: str) -> Grid:
        """The grid of that volume."""
        return grid_of_volume(self.volume_of(name))

    @property
    def names(self) -> tuple[str, ...]:
        """The masks that there are: lesions, physiological uptake, tissues."""
        segmentations = [node.GetSegmentation() for node in self.segmentations]
        return tuple(each.GetNthSegmentID(n) for each in segmentations for n in range(each.GetNumberOfSegments()))


def add_patient(
    scene: Any, key: str, pet: Any, ct: Any, *, label: str, patient_id: str, study_uid: str, study_date: str = ""
) -> PatientNodes:
    """Make volumes a patient of the scene, with empty segmentations, under Patient and Study.

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
    memory = scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", f"{label} memory")
    memory.SetModuleName("NEMO-PET memory")
    lesions = _add_segmentation(scene, f"{label} lesions", pet)
    tissues = _add_segmentation(scene, f"{label} tissues", ct)
    patient = PatientNodes(pet, ct, lesions, tissues, memory)
    memory.SetAttribute(ROLE, "patient")
    memory.SetAttribute(PATIENT, key)
    for role in _ROLES:
        node = getattr(patient, role)
        node.SetAttribute(PATIENT, key)
        node.SetAttribute(ROLE, role)
        memory.SetNodeReferenceID(role, node.GetID())
    _file(patient, label, patient_id, study_uid, study_date)
    return patient


def find_patients(scene: Any) -> tuple[PatientNodes, ...]:
    """The patients of a scene whose nodes are all still there, in the order that they were added."""
    found = []
    for memory in nodes_of_class(scene, "vtkMRMLScriptedModuleNode"):
        nodes = [memory.GetNodeReference(role) for role in _ROLES]
        if memory.GetAttribute(ROLE) == "patient" and None not in nodes:
            found.append(PatientNodes(nodes[0], nodes[1], nodes[2], nodes[3], memory))
    return tuple(found)


def find_patient(scene: Any, key: str) -> PatientNodes | None:
    """The patient that was added under a key, if any."""
    return next((patient for patient in find_patients(scene) if patient.key == key), None)


def remove_patient(patient: PatientNodes, *, volumes: bool = True) -> None:
    """Take a patient's nodes out of the scene; the volumes stay if they are still needed."""
    scene, key = patient.scene, patient.key
    kept = () if volumes else (patient.pet, patient.ct)
    own = [node for node in nodes_of_class(scene, "vtkMRMLNode") if node.GetAttribute(PATIENT) == key]
    gone = [node for node in own if node not in kept]
    shown = [node for node in gone if node.IsA("vtkMRMLDisplayableNode")]
    belongings = [node.GetNthDisplayNode(n) for node in shown for n in range(node.GetNumberOfDisplayNodes())]
    belongings += [node.GetStorageNode() for node in shown]
    for node in (*gone, *belongings):
        if node is not None and node.GetScene() is scene:  # a display node may have been named twice
            scene.RemoveNode(node)


def remove_patients(scene: Any) -> None:
    """Take all patients out: to be called when the scene starts to close (its StartCloseEvent).

    Slicer 5.12 logs an error for each segment when it closes a scene of two segmentations by itself.
    """
    for patient in find_patients(scene):
        remove_patient(patient)


def nodes_of_class(scene: Any, node_class: str) -> list[Any]:
    """All nodes of a class (and those that derive from it) in a scene."""
    nodes = scene.GetNodesByClass(node_class)
    nodes.UnRegister(None)
    return [nodes.GetItemAsObject(n) for n in range(nodes.GetNumberOfItems())]


def segment_order(name: str) -> int:
    """The place of a mask among those of ``SEGMENT_TERMS``; others come last."""
    names = list(SEGMENT_TERMS)
    return names.index(name) if name in names else len(names)


def _add_segmentation(scene: Any, name: str, volume: Any) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    node.GetDisplayNode().SetOpacity2DFill(_FILL)
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    return node


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
    for node in (patient.pet, patient.ct, *patient.segmentations):
        item = hierarchy.GetItemByDataNode(node)
        if item:
            hierarchy.SetItemParent(item, study)
        else:
            hierarchy.CreateItem(study, node)
