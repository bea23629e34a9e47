"""Sentences of our own, as citizens and offices write: those that training always adds, and those that it never sees.

Posts of the public at large hold few questions to an office, and what research files call neutral is mostly news. Both
files are plain text to read and to edit; the rule of labelling stands at their head.
"""

from __future__ import annotations

from pathlib import Path

from sentiment.scoring.labelled import Labelled, read_labelled

CIVIC, HELD_OUT = "civic", "civic_held_out"
"""Names of the file to learn from and of the file to measure on, without their suffix."""
CORPUS = Path(__file__).with_name("corpus")
"""Folder of both."""


def civic() -> Labelled:
    """Return the sentences that training always adds.

    Raises:
        UsageError: the file was edited and is not well-formed.
    """
    return read_labelled(CORPUS / f"{CIVIC}.tsv")


def held_out() -> Labelled:
    """Return the sentences that are measured on and never trained on.

    Raises:
        UsageError: the file was edited and is not well-formed.
    """
    return read_labelled(CORPUS / f"{HELD_OUT}.tsv")
