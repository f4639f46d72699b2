"""Measurements that anyone can repeat; each writes its numbers to benchmarks/results/."""
