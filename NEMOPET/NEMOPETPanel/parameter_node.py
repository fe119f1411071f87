"""What the panel keeps in the scene, and so in an MRB: choices, nodes, and what the worker has said."""

# No `from __future__ import annotations`: the wrapper reads the types themselves.
from typing import Annotated

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper


@parameterNodeWrapper
class NEMOPETParameterNode:
    """The panel's parameters.

    studyFolder, lesionFile, tissueFile, cohortFile, modelFile, batchFolder, clinicalFile, survivalTable,
    survivalConfig, survivalFolder, keyFile - Files and folders that the user chose.
    suvThreshold - Lowest SUV of a lesion voxel where lesions are found by threshold.
    growThreshold - Lowest SUV over which a lesion that is added by a click grows.
    lesionEngine, tissueEngine, organEngine, device - Names of the chosen engines.
    fusionPercent - How much of the PET lies over the CT.
    suvMaximum - Upper end of the PET's window.
    rotateMip - Whether the projection turns.
    reader - Who answers for the masks.
    riskGroups - By which method the risk groups of a model are formed (JSON: model, method); empty: by its first.
    keepDates - Whether pseudonyms leave dates as they are.
    writeDicom - Whether DICOM objects are written beside the table.
    bootstraps, permutations - Of the survival study.
    pet, ct, segmentation, tissues - The open patient's nodes.
    opened - What the worker said of the open patient, and how to open it again (JSON).
    segmented - Which engines made the masks (JSON).
    measured - Numbers and lesions, and of which state of the masks (JSON).
    moved - How far the numbers move with the masks (JSON).
    predicted - Risk and percentiles (JSON).
    staleMasks - Names of masks that have changed since they were measured (JSON list).
    saved - Fingerprints of the masks that the cohort table has (JSON).
    """

    studyFolder: str = ""
    lesionFile: str = ""
    tissueFile: str = ""
    cohortFile: str = ""
    modelFile: str = ""
    batchFolder: str = ""
    clinicalFile: str = ""
    survivalTable: str = ""
    survivalConfig: str = ""
    survivalFolder: str = ""
    keyFile: str = ""
    suvThreshold: Annotated[float, WithinRange(0.5, 50.0)] = 4.0
    growThreshold: Annotated[float, WithinRange(0.5, 50.0)] = 4.0
    lesionEngine: str = "threshold"
    tissueEngine: str = ""
    organEngine: str = ""
    device: str = "auto"
    fusionPercent: Annotated[int, WithinRange(0, 100)] = 50
    suvMaximum: Annotated[float, WithinRange(1.0, 50.0)] = 10.0
    rotateMip: bool = False
    reader: str = ""
    riskGroups: str = ""
    keepDates: bool = False
    writeDicom: bool = False
    bootstraps: Annotated[int, WithinRange(0, 10000)] = 200
    permutations: Annotated[int, WithinRange(0, 100000)] = 199
    pet: vtkMRMLScalarVolumeNode
    ct: vtkMRMLScalarVolumeNode
    segmentation: vtkMRMLSegmentationNode
    tissues: vtkMRMLSegmentationNode
    opened: str = ""
    segmented: str = ""
    measured: str = ""
    moved: str = ""
    predicted: str = ""
    staleMasks: str = ""
    saved: str = ""
