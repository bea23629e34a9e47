"""A document model and its renderers; it knows no business noun."""
