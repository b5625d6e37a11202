"""Exports: blocks of a range of time, written as objects to S3 or a folder."""
