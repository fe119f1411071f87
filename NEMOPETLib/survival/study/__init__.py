"""The study of one cohort: which models, their fits, groups and validation, tables and results."""
