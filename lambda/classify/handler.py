"""The entry point that Lambda calls: ``classify.handler.handler``."""

import os

from classify.application import from_settings
from classify.settings import Settings
from mailroom.lambda_runtime.entry_point import entry_point

handler = entry_point(lambda: from_settings(Settings.from_mapping(os.environ)))
