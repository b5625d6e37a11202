"""Readers of the journal that write elsewhere, each on a thread of its own: exports to S3, streams to Kinesis."""
