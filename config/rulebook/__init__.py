"""The typed models of the rule books."""
