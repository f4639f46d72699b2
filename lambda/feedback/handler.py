"""The entry point that Lambda calls: ``feedback.handler.handler``."""

import os

from feedback.application import from_settings
from feedback.settings import Settings
from mailroom.lambda_runtime.entry_point import entry_point

handler = entry_point(lambda: from_settings(Settings.from_mapping(os.environ)))
