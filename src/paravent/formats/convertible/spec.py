"""What a PSD and a PPM is; see `formats.spec`."""

from __future__ import annotations

from paravent.containers import signatures
from paravent.formats.spec import FormatSpec, Media
from paravent.inspect.entry import Audit
from paravent.model.deferred import Deferred

# Photoshop's own files, not the large kind (PSB).
PSD = FormatSpec(
    name="PSD",
    media=frozenset((Media.STILL,)),
    recognises=lambda head: head.startswith(signatures.PSD + b"\0\x01"),
    endings=(".psd",),
    written_as="JPEG",
    on_request=True,
    open=Deferred("paravent.formats.convertible.source:open_psd"),
    audit=Audit(Deferred("paravent.inspect.containers.psd:entries")),
)

# Portable pixmaps and greymaps in their binary form.
PPM = FormatSpec(
    name="PPM",
    media=frozenset((Media.STILL,)),
    recognises=signatures.is_pnm,
    endings=(".ppm", ".pgm", ".pnm"),
    written_as="JPEG",
    on_request=True,
    open=Deferred("paravent.formats.convertible.source:open_pnm"),
    audit=Audit(Deferred("paravent.inspect.containers.pnm:entries")),
)
