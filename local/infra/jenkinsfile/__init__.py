"""Checks a Jenkinsfile without a Jenkins: its Groovy by a parser, and the structure of a declarative pipeline."""
