"""What is packed at synth: the functions' code and the training source, byte-identical for the same checkout."""
