"""What a JPEG is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

JPEG = FormatSpec(
    name="JPEG",
    media=frozenset((Media.STILL,)),
    recognises=lambda head: head.startswith(signatures.JPEG),
    endings=(".jpg", ".jpeg"),
    rare_endings=(".jpe",),
    open=Deferred("paravent.formats.jpeg.source:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.jpeg:entries")),
    mark=Deferred("paravent.formats.jpeg.segments:with_packet"),
    fidelity=Fidelity(Loss.COEFFICIENTS, Turn.STATED, Colour.KEPT, (8,), Alpha.NONE),
)
