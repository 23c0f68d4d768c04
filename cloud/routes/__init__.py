"""HTTP, thinly: who is asking, what they send, which service answers. Nothing is decided here."""
