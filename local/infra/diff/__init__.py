"""What a deployment would change: the CDK's own diff, replacements, and permissions that got wider."""
