"""What the functions behind the public API share: events and answers, routes, deadlines, log lines, the live model."""
