"""`python -m training record|learn|said|talk|judge|intent`: see docs/speech.md, and of the last one
docs/conversations.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.intent import WEIGHTS
from agent.speech.ears import bundled_model
from agent.speech.expected import TALK
from agent.speech.recogniser import Ear
from agent.speech.weights import TELEPHONE
from agent.speech.whisper import Whisper
from domain.clock import SystemClock
from domain.ids import UuidV7
from training.intent import write_intent
from training.judging import judge
from training.recordings import record, recordings
from training.said import write_said
from training.talk import write_talk


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="let synthesizers say sentences")
    recording.add_argument("folder", type=Path)
    recording.add_argument("--count", type=int, default=12_000, help="sentences")
    recording.add_argument("--seed", type=int, default=0)
    recording.add_argument("--dictionary", type=Path, help="a file with a word a line")
    learning = commands.add_parser("learn", help="fit the factors to what was recorded")
    learning.add_argument("folders", type=Path, nargs="+")
    learning.add_argument("--minutes", type=float, default=60.0)
    learning.add_argument("--from", type=Path, dest="go_on_from", help="factors to begin with")
    learning.add_argument("--out", type=Path, default=TELEPHONE)
    saying = commands.add_parser("said", help="write down how callers of conversation suites talk")
    saying.add_argument("suites", type=Path, nargs="+")
    commands.add_parser("talk", help="count what callers say into the recogniser's trigrams")
    intending = commands.add_parser("intent", help="learn which dishes are only talked about")
    intending.add_argument("suites", type=Path, nargs="+")
    judging = commands.add_parser("judge", help="count wrong words of other voices and kitchens")
    judging.add_argument("--factors", type=Path, default=TELEPHONE)
    judging.add_argument("--without", action="store_true", help="the model as it came")
    arguments = parser.parse_args()
    match arguments.command:
        case "record":
            record(arguments.folder, arguments.count, arguments.seed, arguments.dictionary)
        case "learn":
            from training.learning import learn  # PyTorch is wanted here only

            recorded = [one for folder in arguments.folders for one in recordings(folder)]
            learn(recorded, arguments.out, arguments.minutes, print, arguments.go_on_from)
        case "said":
            clock = SystemClock()
            print(write_said(arguments.suites, clock, UuidV7(clock)))
        case "talk":
            write_talk(TALK)
        case "intent":
            clock, suites = SystemClock(), arguments.suites
            print(write_intent(suites, suites[0].parent, clock, UuidV7(clock), WEIGHTS))
        case _:
            factors = None if arguments.without else arguments.factors
            folder = bundled_model()
            print(judge(Ear(Whisper(folder, factors), folder)))


if __name__ == "__main__":
    main()
