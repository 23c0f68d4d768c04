"""Finding printers on the LAN, and being found: zeroconf on the interfaces that are named.

Nothing here touches an interface that it was not given.
"""
