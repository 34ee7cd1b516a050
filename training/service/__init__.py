"""Measuring, loading and fuzzing the service: ``python -m training.service.benchmark``, ``load`` and ``fuzz``."""
