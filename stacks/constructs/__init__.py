"""One file per capability. Constructs take objects, never names or ARNs of what another construct made."""
