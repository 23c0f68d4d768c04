"""Version-checked syncs between an edge and the cloud, over two ports: a store and a remote.

No database, no web framework, and no clock but the one handed in.
"""
