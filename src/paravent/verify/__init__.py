"""Judges a written file from its bytes alone, or against its plan or its original."""

from paravent.verify.judge import Verdict, judge, judge_file
from paravent.verify.compare import compare

__all__ = ["Verdict", "compare", "judge", "judge_file"]
