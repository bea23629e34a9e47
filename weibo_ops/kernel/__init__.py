"""The floor that every package stands on; it knows no business noun and reads no settings."""
