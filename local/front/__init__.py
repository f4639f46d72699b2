"""The front on this machine: HTTP in, REST-API proxy events to the Lambda handler, its answers back."""
