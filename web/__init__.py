"""What the HTTP of both programs shares: problems, bodies, tokens, the server loop, API pages.

The edge may not import the cloud, nor the other way round; what they would both write is here.
"""
