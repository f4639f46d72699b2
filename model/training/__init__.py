"""How an archive comes about: fine-tuning, lexical part, stacking, thresholds. The serving path never imports it."""
