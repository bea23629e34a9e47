"""What the detail pane says about a row: pure functions from DTOs to sheets."""
