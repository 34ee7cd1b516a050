"""Worksheets made up for training and tests: exercises, pages of them, photographs of the pages; and how well
real and made-up pages are marked."""
