"""What happens in ledgers, counted: the figures that QLDB sent to CloudWatch.

Counting is on the path of every command, so it is a few additions; what is wanted to be known is worked out when
somebody asks.
"""
