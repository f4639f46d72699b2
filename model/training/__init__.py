"""How a model archive comes about: fine-tuning, lexical part, stacking, thresholds. Never imported by the serving path."""
