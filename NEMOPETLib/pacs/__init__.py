"""Studies out of a PACS and results back into it, by DICOMweb or by DIMSE."""
