"""Two AWS accounts on one machine: moto's server, and the real CDK command line that deploys to it."""
