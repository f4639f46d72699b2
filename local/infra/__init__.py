"""Tools over the synthesized templates and the accounts they describe: cost, diff, diagram, destroy, base model."""
