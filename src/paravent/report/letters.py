"""Letters that people fill in themselves: for taking pictures down, and for asking before. Nothing of them is kept or sent.

A paragraph has gaps like `{writer}`, named after the fields. What nobody fills in stays a line to write on. No letter says
what the law will do: it names what its writer relies on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from paravent.i18n import dates
from paravent.i18n.texts import N_, _

BLANK = "…………………………"
# What stands under every letter, for its writer.
LAW = N_(
    "This is no legal advice. Letters name articles of the law as public sources do; the month of Article 12(3) and Article"
    " 17(1)(b) were not checked."
)
TODAY = "today"  # a gap that nobody has to fill in


@dataclass(frozen=True, slots=True)
class Field:
    """What a letter asks its writer. choices: value and words; none for free text, in which the first one stands."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """text: with gaps. when: name of a field and the choice with which alone it stands; "" for always."""

    text: str
    when: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Letter:
    """name: by which the command knows it. about: when it is the right one."""

    name: str
    title: str
    about: str
    fields: tuple[Field, ...]
    paragraphs: tuple[Paragraph, ...]


_WRITER = Field("writer", N_("Your name"))
_CONTACT = Field("contact", N_("How you can be reached"))
_RECIPIENT = Field("recipient", N_("To whom you write"))
_CHILD = Field("child", N_("The child, as you want to name it here"))
_SECOND = Field("second", N_("A second parent who signs, if there is one"))
_HEAD = (Paragraph(N_("{writer}\n{contact}")), Paragraph(N_("To: {recipient}")), Paragraph("{today}"))
_END = Paragraph(N_("Kind regards\n\n{writer}"))
_BOTH_SIGN = Paragraph(N_("Kind regards\n\n{writer}\n\n{second}"))

_ERASE = Letter(
    "erase",
    N_("Take a picture down"),
    N_("To a school, a club or a website that shows a picture of your child, or of you."),
    (
        _WRITER,
        _CONTACT,
        Field(
            "capacity",
            N_("You write as"),
            (
                ("parent", N_("a parent")),
                ("guardian", N_("somebody with parental authority")),
                ("self", N_("the person shown")),
            ),
        ),
        _RECIPIENT,
        _CHILD,
        Field("address", N_("Exact address of the page")),
        Field("file", N_("Name of the file, or what is to be seen")),
        Field("seen", N_("When you saw it")),
        Field(
            "ground",
            N_("Why it should go"),
            (
                ("withdrawn", N_("the consent is withdrawn")),
                ("none", N_("nobody was asked")),
                ("minor", N_("it was collected online when the person was a minor")),
            ),
        ),
    ),
    (
        *_HEAD,
        Paragraph(N_("Subject: please take down a picture of {child}")),
        Paragraph(N_("I write to you as a parent of {child}."), ("capacity", "parent")),
        Paragraph(N_("I write to you as somebody with parental authority over {child}."), ("capacity", "guardian")),
        Paragraph(N_("I write to you as the person who is shown in it."), ("capacity", "self")),
        Paragraph(N_("The picture stands here: {address}\nFile: {file}\nSeen on: {seen}")),
        Paragraph(
            N_(
                "The consent that it relied on is withdrawn. I ask for its erasure under Article 17(1)(b) of Regulation"
                " (EU) 2016/679."
            ),
            ("ground", "withdrawn"),
        ),
        Paragraph(
            N_("Nobody who may decide agreed to it. I ask for its erasure under Article 17 of Regulation (EU) 2016/679."),
            ("ground", "none"),
        ),
        Paragraph(
            N_(
                "It was collected by an online service from somebody who was a minor then. I ask for its erasure under"
                " Article 17(1)(f) of Regulation (EU) 2016/679; in France also under Article 51, II of law no. 78-17."
            ),
            ("ground", "minor"),
        ),
        Paragraph(
            N_(
                "Please erase it in all of its sizes and copies: on the website, in its caches and backups that can be"
                " reached, and on your pages in social networks. Please ask search engines to forget it."
            )
        ),
        Paragraph(N_("If you gave it to others, please tell them of this request, and tell me who they are.")),
        Paragraph(
            N_(
                "Please tell me what you have done within one month, as Article 12(3) of that regulation has it. Otherwise"
                " I will turn to the data protection authority (in France, the CNIL)."
            )
        ),
        _END,
    ),
)

_WITHDRAW = Letter(
    "withdraw",
    N_("Withdraw a consent"),
    N_("To whoever holds a form that you signed: from now on it does not hold any more."),
    (
        *(_WRITER, _CONTACT, _RECIPIENT, _CHILD),
        Field("form", N_("Which form: its title or number")),
        Field("given", N_("When it was signed")),
        _SECOND,
    ),
    (
        *_HEAD,
        Paragraph(N_("Subject: withdrawal of a consent to pictures of {child}")),
        Paragraph(N_("This concerns the form {form}, signed on {given}.")),
        Paragraph(N_("I withdraw this consent from today on.")),
        Paragraph(
            N_(
                "Please publish no further picture that relies on it. Please take down those that are published, in all of"
                " their sizes and copies, and tell those whom you gave them to."
            )
        ),
        Paragraph(N_("Please confirm this to me, and tell me what was taken down and when.")),
        _BOTH_SIGN,
    ),
)

_RELATIVE = Letter(
    "relative",
    N_("Ask a relative or a friend"),
    N_("Short and kind, for somebody who posted a picture and meant well."),
    (
        _RECIPIENT,
        _CHILD,
        Field("picture", N_("Which picture, and where")),
        Field(
            "instead",
            N_("What you offer instead"),
            (
                ("covered", N_("a copy with covered faces")),
                ("print", N_("a print")),
                ("private", N_("a private album")),
            ),
        ),
        _WRITER,
    ),
    (
        Paragraph(N_("Dear {recipient},")),
        Paragraph(N_("how nice that you like {child} so much. I saw what you posted: {picture}.")),
        Paragraph(
            N_(
                "We would rather have no pictures of {child} on the internet, because nobody can tell who sees them there"
                " or passes them on. Would you take it down? And please ask us before the next one."
            )
        ),
        Paragraph(
            N_("I will gladly send you a copy on which faces are covered. You can post that one."), ("instead", "covered")
        ),
        Paragraph(N_("I will gladly send you a print, for your wall at home."), ("instead", "print")),
        Paragraph(N_("I will gladly let you into our private album. There you find all of them."), ("instead", "private")),
        Paragraph(N_("Thank you, and love from us\n\n{writer}")),
    ),
)

_CONSENT = Letter(
    "consent",
    N_("Ask for consent"),
    N_("A form for one occasion, for a school or a club that would like to publish pictures."),
    (
        Field("publisher", N_("Who would like to publish")),
        _CHILD,
        Field("occasion", N_("Occasion, with place and date")),
        Field("purpose", N_("What for")),
        Field("medium", N_("Where exactly: medium and address")),
        Field("duration", N_("Until when")),
        Field("contact", N_("Whom to tell if the consent is withdrawn")),
    ),
    (
        Paragraph(N_("Consent to pictures of {child}")),
        Paragraph(N_("Asked for by: {publisher}\nOccasion: {occasion}")),
        Paragraph(N_("What for: {purpose}\nWhere exactly: {medium}\nUntil: {duration}")),
        Paragraph(N_("This concerns nothing but that occasion, that purpose and that place. Anything else is asked anew.")),
        Paragraph(
            N_(
                "[ ]  We agree, with a face that can be seen.\n"
                "[ ]  We agree, with a covered face.\n"
                "[ ]  We do not agree. Nothing follows from that for the child."
            )
        ),
        Paragraph(N_("The child was asked and says:\n\n{blank}")),
        Paragraph(
            N_(
                "This consent can be withdrawn at any time, without a reason: tell {contact}. What was published is then"
                " taken down there. What others passed on meanwhile can hardly be brought back."
            )
        ),
        Paragraph(N_("Date, name and signature of one parent:\n\n{blank}")),
        Paragraph(N_("Date, name and signature of the other parent:\n\n{blank}")),
    ),
)

LETTERS = (_ERASE, _WITHDRAW, _RELATIVE, _CONSENT)


def named(name: str) -> Letter:
    """The letter of that name. Raises KeyError."""
    return {letter.name: letter for letter in LETTERS}[name]


def filled(letter: Letter, given: Mapping[str, str], today: date) -> str:
    """The letter as text, in the language that is spoken. given: what was filled in, by names of fields."""
    values = {field.name: given.get(field.name, "").strip() or _unfilled(field) for field in letter.fields}
    gaps = {**values, TODAY: dates.day(today), "blank": BLANK}
    standing = (part for part in letter.paragraphs if not part.when[0] or values[part.when[0]] == part.when[1])
    return "\n\n".join(_(part.text).format(**gaps) for part in standing) + "\n"


def _unfilled(field: Field) -> str:
    return field.choices[0][0] if field.choices else BLANK
