"""The gRPC client of a running feature service."""
