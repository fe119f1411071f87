"""Masks of lesions and tissues, from files, from SUV, or from a segmentation engine."""
