"""What each kind of person may do: one file each, a list of policy statements."""
