"""Intake: an export's folder read, checked, stored, linked and timed, in steps that survive a kill."""
