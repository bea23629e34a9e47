"""The command-line door; imports stay light so that --help answers at once."""
