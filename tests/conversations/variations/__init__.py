"""Dialogues whose order is known by construction, more of them than anybody would write.

`frames` fills what people say when they order (`orders.txt`, `closings.txt`) with dishes of any
menu; `changes` says a known dialogue in another way that means the same. `sayable` knows what of a
menu can be said without a doubt. All of it is pure: a seed gives the same dialogues on any machine.
"""
