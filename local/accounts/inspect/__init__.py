"""What an emulated account holds, asked through its API as a person would: never read from the synthesized files."""
