"""Every measurement once: its column, unit, DICOM or IBSI code, and formula.

The cohort table, the panel, the DICOM SR export and docs/measurements.md are made from ``MEASUREMENTS``.
"""
