"""Takes one environment down, with what CloudFormation leaves behind and would go on costing money."""
