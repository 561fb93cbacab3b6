"""What a GIF is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Palette, Pictures, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

GIF = FormatSpec(
    name="GIF",
    media=frozenset((Media.STILL, Media.ANIMATION)),
    recognises=lambda head: head.startswith(signatures.GIF),
    endings=(".gif",),
    open=Deferred("paravent.formats.gif.source:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.gif:entries")),
    mark=Deferred("paravent.formats.gif.blocks:with_packet"),
    fidelity=Fidelity(
        Loss.NEVER, Turn.NONE, Colour.IGNORED, (8,), Alpha.ONE_BIT, palette=Palette.KEPT, pictures=Pictures.FRAMES, tick=10
    ),
)
