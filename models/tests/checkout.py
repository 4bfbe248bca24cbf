"""Where the files of the checkout are."""

from pathlib import Path

MODELS = Path(__file__).parents[1]
