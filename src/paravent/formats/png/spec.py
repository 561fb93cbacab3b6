"""What a PNG is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Palette, Pictures, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

PNG = FormatSpec(
    name="PNG",
    media=frozenset((Media.STILL, Media.ANIMATION)),
    recognises=lambda head: head.startswith(signatures.PNG),
    endings=(".png",),
    open=Deferred("paravent.formats.png.source:open_file"),
    audit=Audit(
        Deferred("paravent.inspect.containers.png:entries"), Deferred("paravent.inspect.containers.png:behind_stream")
    ),
    mark=Deferred("paravent.formats.png.chunks:with_packet"),
    fidelity=Fidelity(
        Loss.NEVER, Turn.STATED, Colour.KEPT, (8, 16), Alpha.KEPT, palette=Palette.KEPT, pictures=Pictures.FRAMES, tick=1
    ),
)
