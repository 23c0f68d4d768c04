"""The edge's HTTP: thin handlers that read a request, call a part, and answer."""
