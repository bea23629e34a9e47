"""What we hear: intake, comments, scoring, triage, response clocks."""
