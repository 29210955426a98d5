"""What governance tells the apps above it, within the transaction that does it."""

from django.dispatch import Signal

notice_recorded = Signal()
"""A PCC decision notice was recorded: `notice`, and `by` whom."""
