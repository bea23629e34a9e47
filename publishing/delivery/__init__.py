"""Delivery: each signed post exactly once, and never a guess about what nobody knows.

A worker claims a post (`claims`) after everything was looked at again (`readiness`), the attempt being written down
before the call (`sending`); what came of it is recorded under the claim's token (`outcomes`); where nobody knows, the
account's timeline is looked at (`looks`). What follows from what is decided in `rules`, which is pure.
"""
