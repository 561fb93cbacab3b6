"""What a WebP is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Pictures, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

WEBP = FormatSpec(
    name="WebP",
    media=frozenset((Media.STILL, Media.ANIMATION)),
    recognises=lambda head: signatures.riff(head) == b"WEBP",
    endings=(".webp",),
    open=Deferred("paravent.formats.webp.source:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.webp:entries")),
    mark=Deferred("paravent.formats.webp.chunks:with_packet"),
    fidelity=Fidelity(Loss.AS_SOURCE, Turn.STATED, Colour.KEPT, (8,), Alpha.KEPT, pictures=Pictures.FRAMES, tick=1),
)
