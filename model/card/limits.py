"""How much of what the registry takes in a card."""

REGISTRY_CHARACTERS = 100_000
"""https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageModelCard.html"""
MAX_CHARACTERS = 50_000
"""Half of that: between the gate's file and the registry the pipeline handles the card as a text of its own."""
MAX_HYPERPARAMETERS = 100
TEXT = 1024
LONG_TEXT = 2048
VALUE = 255
NAME = 63


def short(text: str, limit: int) -> str:
    """The text on one line, cut to ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
