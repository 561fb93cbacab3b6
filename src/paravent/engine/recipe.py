"""What a copy's bytes depend on besides its source, so that the ledger knows which copies need not be made again.

It is written as canonical JSON under names of its own: a renamed field of a policy, a new release or another spelling of
the same changes nothing. A field that a later version adds is left out as long as it is not used.
"""

from __future__ import annotations

import json
from typing import Any

from paravent.detect import registry
from paravent.model.keyed_hash import keyed_hash
from paravent.model.policy import Policy

# Raised by hand in the change that makes other bytes of the same source and policy. tests/engine/test_recipe.py tells when.
PIPELINE_REVISION = 11


def recipe_of(policy: Policy, key: bytes) -> str:
    """Keyed digest of a recipe; keyed, for words could be guessed from it."""
    return keyed_hash(key, canonical(recipe(policy, key)))


def decided_recipe(recipe_digest: str, decision: Any, key: bytes) -> str:
    """Another one for every decision. decision: JSON of what a human decided, see `model.review_body`."""
    return keyed_hash(key, canonical({"recipe": recipe_digest, "decision": decision}))


def recipe(policy: Policy, key: bytes) -> dict[str, Any]:
    """All of it. Words and logos stand in it as keyed digests; what is not asked for does not stand in it."""
    asked = {
        "people": policy.people,
        "text": policy.text if policy.text != "none" else "",
        "words": [keyed_hash(key, word.encode()) for word in policy.words],
        "codes": policy.codes,
        "logos": [keyed_hash(key, logo) for logo in policy.logos],
        "plugins": list(policy.detectors),
        "margin": float(policy.margin),
        "doubt": policy.doubt,
        "style": policy.style.name,
        "colour": list(policy.style.color),
        "sticker": policy.style.sticker,
        "max_size": policy.max_size,
        "reencode": policy.reencode,
        "rounds": policy.rounds,
        "ask_no_ai": policy.ask_no_ai,
        "credit": policy.credit,
        "convert": policy.convert,
        "sound": policy.sound,
        "recheck": policy.recheck,
        "subtitles": policy.keep_subtitles,
        "salvage": policy.salvage,
        "begin": float(policy.begin),
        "end": float(policy.end),
    }
    used = {name: value for name, value in asked.items() if value}
    return {"revision": PIPELINE_REVISION, "detectors": registry.identity(policy), "policy": used}


def canonical(value: Any) -> bytes:
    """JSON in one spelling: sorted names, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
