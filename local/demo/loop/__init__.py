"""A model's life on the emulated accounts: from a merge to a new model that serves the third month."""
