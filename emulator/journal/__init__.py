"""The journal: blocks in a hash chain, the Merkle tree over them, proofs, and the stores that keep them."""
