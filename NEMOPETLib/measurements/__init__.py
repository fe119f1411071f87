"""From masks and images to the numbers of the cohort table."""
