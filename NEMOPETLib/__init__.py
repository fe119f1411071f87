"""NEMO-PET without a window: from a whole-body FDG PET/CT study to a prognosis.

The folders stand in the order of the data: ``studies`` → ``masks`` → ``measurements`` → ``cohort`` →
``survival`` → ``report``. Each imports only from those before it. See docs/architecture.md.
"""

__version__ = "0.1.0"
