"""Every patient of an archive: resumable, pipelined, on one machine or a cluster."""
