"""The patient in a Slicer scene: MRML nodes only, no window.

Everything that a reader's work needs is kept in the scene, so that a saved scene brings it back: nodes are
found by their attributes, and all functions take the scene or the patient's nodes.
"""
