"""The model card: what a model is for, made of and worth, for the registry and for people. Training path only."""
