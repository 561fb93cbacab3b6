"""What a HEIC and an AVIF is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.fidelity import Alpha, Colour, Fidelity, Loss, Pictures, Turn
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

HEIC = FormatSpec(
    name="HEIC",
    media=frozenset((Media.STILL,)),
    recognises=signatures.is_heif,
    endings=(".heic", ".heif", ".hif"),
    extra="heif",
    open=Deferred("paravent.formats.heif.heic:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.isobmff:entries")),
    mark=Deferred("paravent.formats.heif.mark:with_packet"),
    fidelity=Fidelity(Loss.ALWAYS, Turn.APPLIED, Colour.KEPT, (8, 10, 12), Alpha.KEPT),
)

AVIF = FormatSpec(
    name="AVIF",
    media=frozenset((Media.STILL, Media.ANIMATION)),
    recognises=signatures.is_avif,
    endings=(".avif",),
    deep_extra="deep",
    open=Deferred("paravent.formats.heif.avif:open_file"),
    audit=Audit(Deferred("paravent.inspect.containers.isobmff:entries")),
    mark=Deferred("paravent.formats.heif.mark:with_packet"),
    fidelity=Fidelity(Loss.ALWAYS, Turn.APPLIED, Colour.KEPT, (8, 10, 12), Alpha.KEPT, pictures=Pictures.FRAMES, tick=1),
)
