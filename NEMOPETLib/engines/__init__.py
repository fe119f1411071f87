"""Segmentation engines that are programs of their own: how they are run, checked and remembered."""
