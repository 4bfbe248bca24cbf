"""The messages of the contract: a module for each .proto file, such as `scores_pb2`."""
