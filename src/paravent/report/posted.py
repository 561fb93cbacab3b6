"""What was posted already, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from paravent.i18n.texts import N_, NN_, _, ngettext
from paravent.inspect.values import shown
from paravent.model.posted import Counted, PostedItem, PostedReport, TodoList

_MOST_NAMED = 10
LAYOUTS: dict[str, str] = {
    "facebook-page": N_("Facebook, a page"),
    "facebook-person": N_("Facebook, a person's account"),
    "instagram-json": N_("Instagram"),
    "instagram-html": N_("Instagram, as HTML"),
    "instagram-2020": N_("Instagram, as of 2020"),
    "google": N_("Google Takeout: YouTube and Blogger"),
    "mastodon": N_("Mastodon"),
    "x": N_("X (Twitter)"),
}
KINDS = {
    "picture": NN_("{count} picture", "{count} pictures"),
    "film": NN_("{count} film", "{count} films"),
    "other": NN_("{count} other file", "{count} other files"),
}
AUDIENCES = {
    "public": N_("public"),
    "restricted": N_("not for everybody"),
    "not-stated": N_("not stated"),
}
FATES = {
    "gone": N_("gone"),
    "still-there": N_("still there"),
    "unknown": N_("unknown whether it is still there"),
}
# What an export knows of pictures and films.
GIVES: dict[str, str] = {
    "coordinates": N_("where it was, by coordinates"),
    "named-place": N_("where it was, by name"),
    "others-named": N_("names or accounts of others"),
    "album-name": N_("the name of its album"),
    "text": N_("a text that goes with it"),
    "device": N_("the camera or telephone"),
    "upload-address": N_("the address on the network that it was sent from"),
}
# What is left unopened, and why.
LEFT: dict[str, str] = {
    "messages": N_("messages: they are also those of others"),
    "saved": N_("what was saved of others"),
    "tagged-by-others": N_("what others posted and tagged"),
    "other-people": N_("other people: friends, followers, contacts, what they wrote"),
    "reactions": N_("likes, comments and reposts: they are about what others posted"),
    "withdrawn": N_("archive, trash and drafts: not posted, or not any more"),
    "storage": N_("stored pictures: they were kept, not posted"),
    "twin": N_("lists that say the same in another form"),
}
REMARKS: dict[str, str] = {
    "audience-not-written": N_(
        "The export does not say who could see a post. Treat it as public until you have looked on the platform."
    ),
    "pages-are-usually-public": N_("A page is usually for everybody; the export does not say so."),
    "archive-not-told-apart": N_("Media that no post names may be in the archive or the trash."),
    "html-says-less": N_("An export as HTML says less than one as JSON; ask for JSON if you can."),
    "lists-only": N_(
        "Videos of YouTube and pictures of blogs are told from lists; which file of the export each one is, is not known."
    ),
    "blog-audience": N_("A blog can be closed to all but some readers; the export does not say that of an entry."),
    "direct-not-counted": N_("Posts to single people are messages, and what others posted is theirs; neither is counted."),
    "account-audience": N_("X says only for the account as a whole, as it was last, who could see what was posted."),
    "never-tried-with-a-real-export": N_(
        "How such exports are built was learned from descriptions, and never tried with a real one."
        " Compare the numbers with what you know."
    ),
}
# What its owner can do about what was posted: layout -> sentences.
_OF_META = N_(
    "A picture in a post cannot be replaced, as far as is known: take the post down, and post the prepared copy anew."
)
_MANY_AT_ONCE = N_("Many posts are archived, or moved to the trash, at once: look for Manage activity.")
_ARCHIVED = (
    N_("A post that is archived is seen by nobody else: look for Archive in the menu of the post."),
    N_("The account as a whole can be made private, in the settings."),
    _OF_META,
)
STEPS: dict[str, tuple[str, ...]] = {
    "facebook-page": (_MANY_AT_ONCE, _OF_META),
    "facebook-person": (
        N_(
            "Past posts for more than friends are narrowed to friends at once: look for Limit past posts. It is not undone"
            " at once, and it does not reach lists of your own, nor what others posted."
        ),
        _MANY_AT_ONCE,
        _OF_META,
    ),
    "instagram-json": _ARCHIVED,
    "instagram-html": _ARCHIVED,
    "instagram-2020": _ARCHIVED,
    "google": (N_("A video is made private or unlisted in its settings; faces can be blurred in YouTube's editor."),),
    "mastodon": (N_("For whom a post is cannot be narrowed later; it can be deleted."),),
    "x": (N_("The account as a whole can be protected, in the settings; a single post can be deleted."),),
}


def lines(told: PostedReport) -> Iterator[str]:
    """All that is told."""
    parts = ngettext("{count} part", "{count} parts", told.parts).format(count=told.parts)
    yield _("{layout} ({parts})").format(layout=_(LAYOUTS[told.layout]), parts=parts)
    posts = ngettext("{count} post", "{count} posts", told.posts).format(count=told.posts)
    yield _("Posted: {media}; {posts}").format(media=_media(told), posts=posts)
    if told.years:
        no_date = _("no date")
        years = (f"{one.year or no_date} ({one.count})" for one in told.years)
        yield _("By year: {years}").format(years=", ".join(years))
    if told.media:
        yield _("Who could see it: {audiences}").format(audiences=_named(told.audiences, AUDIENCES))
        yield _("With a place: {placed}; without: {rest}").format(placed=told.placed, rest=told.media - told.placed)
    yield from _gives_away(told)
    yield from _lacks(told)
    yield from _left(told)
    yield from (_(REMARKS[remark]) for remark in told.remarks)
    yield _("No picture was looked into. Nothing was copied or unpacked.")


def _media(told: PostedReport) -> str:
    counts = (ngettext(*KINDS[one.of], one.count).format(count=one.count) for one in told.kinds)
    return ", ".join(counts) or _("no picture and no film")


def _named(counts: tuple[Counted, ...], words: Mapping[str, str]) -> str:
    return ", ".join(f"{_(words[one.of])} ({one.count})" for one in counts)


def _gives_away(told: PostedReport) -> Iterator[str]:
    if told.gives_away:
        yield _("What the export knows of them, what tells most first:")
        for one in told.gives_away:
            yield _("  {what}: {count}").format(what=_(GIVES[one.of]), count=one.count)


def _lacks(told: PostedReport) -> Iterator[str]:
    if told.missing:
        sentence = ngettext(
            "{count} is named by a post, but is in none of the parts; name all parts of the export.",
            "{count} are named by posts, but are in none of the parts; name all parts of the export.",
            told.missing,
        )
        yield sentence.format(count=told.missing)
    if told.unnamed:
        sentence = ngettext(
            "{count} file lies among them, but no post names it.",
            "{count} files lie among them, but no post names them.",
            told.unnamed,
        )
        yield sentence.format(count=told.unnamed)
    if told.unread:
        yield _("Not read, because it is not known how they are built; what they name is not counted:")
        for name in told.unread[:_MOST_NAMED]:
            yield f"  {shown(name)}"
        if len(told.unread) > _MOST_NAMED:
            yield _("  and {count} more").format(count=len(told.unread) - _MOST_NAMED)


def _left(told: PostedReport) -> Iterator[str]:
    if told.unopened:
        yield _("Left unopened, and not counted:")
        for left in told.unopened:
            yield f"  {_(LEFT[left])}"


def todo_lines(told: TodoList) -> Iterator[str]:
    """What can be done on the platform, then a line with a box for each post."""
    posts = ngettext("{count} post", "{count} posts", len(told.items)).format(count=len(told.items))
    yield _("{layout}: {posts} to go through").format(layout=_(LAYOUTS[told.layout]), posts=posts)
    yield from (_(step) for step in STEPS[told.layout])
    yield _("These words were learned from descriptions; nobody has checked them, and the platform may use others by now.")
    yield _("Keep the export first. Ask for a new one later, and look whether what you took down is gone.")
    yield from map(_item, told.items)


def _item(item: PostedItem) -> str:
    counts = ngettext("{count} picture or film", "{count} pictures or films", item.media).format(count=item.media)
    parts = [counts, _(AUDIENCES[item.audience]), *([_("with a place")] if item.placed else [])]
    parts += [_(FATES[item.fate])] if item.fate else []
    what = ", ".join(parts)
    line = _("[x] {day}: {what}") if item.fate == "gone" else _("[ ] {day}: {what}")
    return line.format(day=item.day or _("no date"), what=what) + f" {shown(item.address)}".rstrip()
