"""Sentences of the view of what is done; see `words`."""

from __future__ import annotations

from paravent.i18n.texts import N_, NN_
from paravent.report.summary import CLOSING, VERDICT

DONE: dict[str, str | tuple[str, str]] = {
    "wall.finish": N_("Finished? What comes next"),
    "done.title": NN_("{count} copy is ready", "{count} copies are ready"),
    "done.none": N_("No copy is ready yet."),
    "done.waits": NN_("{count} file still waits", "{count} files still wait"),
    "done.made": N_("{when} · Paravent {version} · {preset}"),
    "done.publish": NN_("{count} copy to publish", "{count} copies to publish"),
    "done.private": NN_("{count} copy for a private audience", "{count} copies for a private audience"),
    "done.open": N_("Open the folder"),
    "done.zip": N_("Save all as ZIP"),
    "done.zipping": N_("Looking at each copy once more …"),
    "done.zipped": NN_("The ZIP holds {count} copy, {size}.", "The ZIP holds {count} copies, {size}."),
    "done.zip.text": N_("Each copy is checked once more. Names of people and times of your files do not stand in it."),
    "done.changed": NN_(
        "{count} copy was changed since or is gone, and is left out: {names}",
        "{count} copies were changed since or are gone, and are left out: {names}",
    ),
    "done.print": N_("Print this page"),
    "done.next": N_("What comes next"),
    "done.step.look": N_("Look at each copy once more, as strangers will see it."),
    "done.step.upload": N_("Upload the copies from this folder, never the originals."),
    "done.step.private": N_("Send the copies for a private audience only to those whom they are for."),
    "done.step.delete": N_(
        "Were originals or older copies posted before? Delete them there, and ask those who passed them on to do the same."
    ),
    "done.step.keep": N_("Your originals lie where they were, unchanged."),
    "done.verdict": VERDICT,
    "done.closing": CLOSING,
    "done.covered": N_("What was covered"),
    "done.covered.none": N_("Nothing was covered."),
    "done.visible": N_("Who stays visible, and why"),
    "done.visible.none": N_("Nobody was left visible."),
    "done.visible.one": NN_("{count} place: {why}", "{count} places: {why}"),
    "done.waiting": N_("What still waits"),
    "done.files": N_("Copy by copy"),
    "done.original": N_("Original"),
    "done.copy": N_("Copy"),
    "done.hidden": N_("Covered"),
    "done.left": N_("Left visible"),
    "done.more": NN_("and {count} more", "and {count} more"),
}
