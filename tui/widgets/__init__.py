"""Widgets of their own: the table, the detail pane, the bars."""
