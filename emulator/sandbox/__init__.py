"""The other services of AWS on the same port, for tutorials that need a bucket, a role or a stream beside a ledger.

moto answers for them, in this process. This room knows moto and no web server: it is asked from threads, and waits.
"""
