"""What `make bench` runs: each figure of the project beside its floor, measured in the same run."""
