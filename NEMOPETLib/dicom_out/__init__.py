"""Masks and measurements as DICOM objects: Segmentation, Structured Report, RT Structure Set."""
