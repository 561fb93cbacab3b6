"""What a JPEG 2000 is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Palette, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

# Files and bare code streams.
JP2 = FormatSpec(
    name="JP2",
    title="JPEG 2000",
    media=frozenset((Media.STILL,)),
    recognises=lambda head: head.startswith((signatures.JP2, signatures.JP2_STREAM)),
    endings=(".jp2",),
    deep_extra="deep",
    open=Deferred("paravent.formats.jp2.source:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.jp2:entries")),
    mark=Deferred("paravent.formats.jp2.mark:with_packet"),
    fidelity=Fidelity(Loss.AS_SOURCE, Turn.NONE, Colour.KEPT, tuple(range(8, 17)), Alpha.KEPT, Palette.HELD),
)
