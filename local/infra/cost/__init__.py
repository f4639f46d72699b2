"""What an environment costs a month, from its synthesized templates and a dated price table."""
