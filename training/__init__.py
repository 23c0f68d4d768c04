"""Adapting Whisper to the telephone and to restaurant talk: what made `agent/speech/telephone.npz`.

`sentences` draws what callers say to made-up restaurants of `kitchens.txt`; `voices` lets
synthesizers say it; `line` carries it over a bad telephone line; `model` is the same Whisper as
`agent.speech.whisper`, in a form that learns; `learning` fits its low-rank factors; `judging`
counts wrong words of voices and kitchens that were never learnt from. `python -m training` runs
them; it wants `pip install panbot[training]`, espeak-ng and flite, and nothing that runs in a
restaurant imports it.
"""
