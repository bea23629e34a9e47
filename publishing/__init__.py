"""What we say: the checks that every outgoing text must pass."""
