"""From the cohort table to survival models, risk groups and their validation."""
