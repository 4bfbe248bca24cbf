"""Evaluating heads on labelled photos: predictions, metrics, calibration."""
