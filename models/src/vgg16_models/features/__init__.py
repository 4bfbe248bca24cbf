"""Feature maps of photos: extraction, cache, statistics."""
