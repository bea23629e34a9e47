"""The shipped rule books; each text is the first layer of its standard."""
