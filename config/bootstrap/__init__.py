"""What CloudFormation may do in an account when it deploys this app: the policies for
`cdk bootstrap --cloudformation-execution-policies`, instead of the administrator that it would otherwise be."""
