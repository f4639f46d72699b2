"""The model registry from a terminal: what is there, and what a click in Studio would do."""
