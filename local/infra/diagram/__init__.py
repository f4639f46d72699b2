"""A picture of the stacks, drawn from the synthesized tree and templates."""
