"""What made the recogniser's two files.

`agent/speech/telephone.npz` is Whisper adapted to the telephone and to restaurant talk. `sentences`
draws what callers say to made-up restaurants of `kitchens.txt`; `voices` lets synthesizers say it;
`line` carries it over a bad telephone line; `model` is the same Whisper as `agent.speech.whisper`,
in a form that learns; `learning` fits its low-rank factors; `judging` counts wrong words of voices
and kitchens that were never learnt from. That wants `pip install panbot[training]`, espeak-ng and
flite.

`agent/speech/talk.npz` is how likely each word is there. `corpus` draws sentences from `talk.txt`,
`said` writes down how callers of the conversation suites talk, and `talk` counts both with
`estimating`.

`python -m training` runs them, and nothing that runs in a restaurant imports them.
"""
