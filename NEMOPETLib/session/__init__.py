"""The work of a reader on one patient, without a window: ``reading`` does it, ``worker`` serves it to a panel."""
