"""A PET/CT phantom whose every volume, distance, SUV and HU is known by formula."""
