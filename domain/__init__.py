"""What a menu, an order, a ticket and a printer are: pure rules, no input or output.

Every other room may import this one; this one imports only msgspec. The wall clock and the
randomness that `clock` and `ids` can reach are handed in by the programs, never called from here.
"""
