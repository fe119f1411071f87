"""Pseudonyms instead of patients: in tables, pages and DICOM objects."""
