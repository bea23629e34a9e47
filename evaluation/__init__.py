"""How well we do: facts, schemes, runs and reports."""
