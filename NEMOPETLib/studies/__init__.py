"""From files on disk to one PET/CT study: PET in SUVbw, CT in HU, and the patient."""
