"""What a TIFF is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Palette, Pictures, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

# Not the large kind, BigTIFF.
TIFF = FormatSpec(
    name="TIFF",
    media=frozenset((Media.STILL,)),
    recognises=lambda head: head.startswith(signatures.TIFF),
    endings=(".tif", ".tiff"),
    open=Deferred("paravent.formats.tiff.source:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.tiff:entries")),
    mark=Deferred("paravent.formats.tiff.mark:with_packet"),
    fidelity=Fidelity(
        Loss.NEVER, Turn.STATED, Colour.KEPT, (8, 16), Alpha.KEPT, palette=Palette.FULL, pictures=Pictures.PAGES
    ),
)
