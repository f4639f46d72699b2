"""What runs inside the endpoint's own interpreter, beside the archive's code: standard library only, relative imports.

The package is copied next to the unpacked archive and run from there, so that nothing of the checkout is in reach and
the archive must bring all it needs, as in a container.
"""
