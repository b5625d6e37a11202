"""Streams: blocks as they are committed, written as records to Kinesis."""
