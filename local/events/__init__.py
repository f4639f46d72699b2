"""Events on this machine: model registrations and approvals, and the queues whose messages functions answer."""
