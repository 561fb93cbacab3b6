"""What a BMP is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Palette, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

BMP = FormatSpec(
    name="BMP",
    media=frozenset((Media.STILL,)),
    recognises=signatures.is_bmp,
    endings=(".bmp",),
    open=Deferred("paravent.formats.bmp.source:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.bmp:entries")),
    fidelity=Fidelity(Loss.NEVER, Turn.NONE, Colour.CONVERTED, (8,), Alpha.HELD, palette=Palette.KEPT),
)
