"""The tables of an environment's file, a frozen object each, with the checks that concern one table alone."""
