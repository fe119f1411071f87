"""The cohort table: one row per patient and study, safe against crashes and other writers."""
