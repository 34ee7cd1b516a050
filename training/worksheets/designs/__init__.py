"""Worksheets of many designs, set by a browser as schools and publishers set them, answered by hands kept for tests."""
