"""Lambda on this machine: the deployed code with the deployed settings, each execution environment a process."""
