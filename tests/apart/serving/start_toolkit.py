"""Starts the inference toolkit as the image's ``serve`` does, with its one file outside the base folder moved.

The toolkit writes the server's settings to /etc, where only a container's user may.
"""

import sys

import sagemaker_inference.model_server

sagemaker_inference.model_server.MMS_CONFIG_FILE = sys.argv[1]

# Takes the name over from the module above when it is imported.
from sagemaker_huggingface_inference_toolkit import serving  # noqa: E402

serving.main()
