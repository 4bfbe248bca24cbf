"""Heads as artifacts of a container registry: what `push` sends and `pull` accepts."""
