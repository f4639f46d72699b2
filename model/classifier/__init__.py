"""The classifier as it serves: encoder and lexical part, stacked, calibrated and decoded to a path of the taxonomy."""
