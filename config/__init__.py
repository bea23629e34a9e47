"""Settings, rule books and lexicons: text to values, never the database."""
