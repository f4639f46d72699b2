"""One account of Mailroom as CDK stacks: one file per stack, a stack is one lifecycle and only wires constructs."""
