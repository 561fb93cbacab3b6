"""Pictures made smaller for looking at, step by step."""

from __future__ import annotations

from paravent.formats.shared.samples import eight_bits, reduced
from paravent.model.samples import DeepSamples, Samples


class Views:
    """Views of pictures; those of the picture looked at last are kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], Samples] = {}

    def view(self, picture: int, samples: DeepSamples, longest: int) -> Samples:
        """RGB for looking at, see `formats.base.Page.view`. samples: of the picture with that number."""
        factor = max(1, max(samples.shape[:2]) // max(1, longest))
        if (picture, factor) not in self._kept:
            self._kept = {key: view for key, view in self._kept.items() if key[0] == picture}
            # From the next larger view where there is one: reading all samples takes longer than anything else here.
            done = max((kept for _, kept in self._kept if factor % kept == 0), default=0)
            pixels = self._kept[picture, done] if done else eight_bits(samples)
            self._kept[picture, factor] = reduced(pixels, factor // max(1, done))
        return self._kept[picture, factor]
