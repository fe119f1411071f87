"""A PET/CT phantom whose every volume, distance, SUV and HU is known by formula.

``solids`` → ``materials`` → ``parts`` → ``anatomy`` → ``sampling`` → ``phantom`` say what it is; ``truth``
what must be measured on it; ``labels``, ``images``, ``masks`` and ``volumes`` make its voxels; ``study``
writes it as DICOM files.
"""
