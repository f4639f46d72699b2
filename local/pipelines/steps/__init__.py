"""What each type of step does; ``STEP_TYPES`` in ``types.py`` has them all."""
