"""Judges a written file from its bytes alone, by its plan, or against its original."""

from paravent.verify.compare import compare
from paravent.verify.judge import judge, judge_file
from paravent.verify.verdict import Verdict

__all__ = ["Verdict", "compare", "judge", "judge_file"]
