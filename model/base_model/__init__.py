"""Base models: the pretrained encoders a classifier starts from, all through one `resolve`."""

from model.base_model.errors import BaseModelError, ConversionError
from model.base_model.resolver import BaseModel, resolve

__all__ = ["BaseModel", "BaseModelError", "ConversionError", "resolve"]
