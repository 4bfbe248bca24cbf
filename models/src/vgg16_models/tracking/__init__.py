"""Trainings where people compare them: TensorBoard's event files, runs of an MLflow server."""
