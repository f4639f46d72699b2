"""Whether a new model may be registered. The rules are pure; ``python -m model.gate`` is a processing step."""
