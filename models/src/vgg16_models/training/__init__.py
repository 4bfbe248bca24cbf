"""Training heads: recipe, data, fitting, the files of the new version."""
