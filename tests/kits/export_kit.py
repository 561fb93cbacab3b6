"""Exports of platforms, made up: drawn pictures, invented names, and a secret in every file that nobody may open.

None was made by a platform. They are built as descriptions say that exports are built.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from zip_kit import write_zip

SECRET = b"SECRET-THAT-NOBODY-OPENS "
# 2019-06-15, 2021-06-15 and 2023-06-15, at noon.
T19, T21, T23 = 1560600000, 1623758400, 1686830400
EXIF = {"exif_data": [{"upload_ip": "192.0.2.7", "latitude": 48.5, "longitude": 2.25, "camera_make": "Example Optics"}]}


@cache
def picture() -> bytes:
    """A drawn scene: a house under a sky."""
    scene = Image.new("RGB", (64, 48), (140, 180, 220))
    pen = ImageDraw.Draw(scene)
    pen.rectangle((20, 20, 44, 40), fill=(200, 170, 130))
    pen.polygon([(16, 20), (32, 8), (48, 20)], fill=(150, 60, 50))
    buffer = io.BytesIO()
    scene.save(buffer, "JPEG")
    return buffer.getvalue()


VIDEO = b"\0\0\0\x18ftypmp42 drawn"


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def mojibake(text: str) -> str:
    """As Meta writes what is not ASCII."""
    return text.encode().decode("latin-1")


@dataclass
class Fixture:
    """An export. files: of which something may be opened; secrets: what never may. told: what is to be counted."""

    files: dict[str, bytes]
    secrets: tuple[str, ...]
    told: dict[str, Any]
    left: set[str] = field(default_factory=set)
    unread: tuple[str, ...] = ()

    def all(self) -> dict[str, bytes]:
        """Everything, with what is never opened."""
        return {**self.files, **dict.fromkeys(self.secrets, SECRET * 40)}


def counted(
    posts: int,
    kinds: dict[str, int],
    years: dict[int, int],
    audiences: dict[str, int],
    placed: int,
    gives: dict[str, int],
    missing: int = 0,
    unnamed: int = 0,
) -> dict[str, Any]:
    return {
        "posts": posts,
        "media": sum(kinds.values()),
        "kinds": kinds,
        "years": years,
        "audiences": audiences,
        "placed": placed,
        "gives_away": gives,
        "missing": missing,
        "unnamed": unnamed,
    }


def _facebook_lists(top: str, posts: str, videos: str, photos: str) -> dict[str, bytes]:
    media = f"{top}posts/media"
    first = [
        {
            "timestamp": T19,
            "attachments": [
                {
                    "data": [
                        {
                            "media": {
                                "uri": f"{media}/fair_1/1.jpg",
                                "creation_timestamp": T19,
                                "media_metadata": {"photo_metadata": EXIF},
                            }
                        },
                        {"media": {"uri": mojibake(f"{media}/fête_2/é.jpg"), "creation_timestamp": T19}},
                        {"place": {"name": "Exempleville"}},
                    ]
                },
                {"data": [{"external_context": {"url": "https://news.example/"}}]},
            ],
            "data": [{"post": mojibake("L’été de @[1234:2048:Nadia Exemple]")}, {"update_timestamp": T19}],
            "tags": [{"name": "Nadia Exemple"}],
        },
        {"timestamp": T21, "data": [{"post": "words alone"}]},
    ]
    second = [
        {
            "timestamp": T21,
            "attachments": [
                {"data": [{"media": {"uri": f"{media}/gone_3/gone.jpg", "creation_timestamp": T21}}]},
                {"data": [{"media": {"uri": f"{media}/stickers_used/1.png"}}]},
                {"data": [{"media": {"uri": "https://elsewhere.example/1.gif"}}]},
                {"data": [{"media": {"uri": "messages/inbox/nadia_1/photos/9.jpg"}}]},
            ],
        }
    ]
    album = {
        "name": "Sports day",
        "photos": [
            {"uri": f"{media}/fair_1/1.jpg", "creation_timestamp": T19},
            {"uri": f"{media}/sports_4/2.jpg", "creation_timestamp": T23, "description": "at last"},
        ],
        "cover_photo": {"uri": f"{media}/sports_4/2.jpg"},
        "last_modified_timestamp": 1800000000,
    }
    return {
        f"{top}posts/{posts}_1.json": as_json(first),
        f"{top}posts/{posts}_2.json": as_json(second),
        f"{top}posts/album/0.json": as_json(album),
        f"{top}posts/{videos}.json": as_json({"videos_v2": [{"uri": f"{media}/v/1.mp4", "creation_timestamp": T23}]}),
        f"{top}posts/{photos}.json": as_json({"other_photos_v2": [{"uri": f"{media}/u/3.jpg"}]}),
        f"{media}/fair_1/1.jpg": picture(),
        f"{media}/fête_2/é.jpg": picture(),
        f"{media}/sports_4/2.jpg": picture(),
        f"{media}/v/1.mp4": VIDEO,
        f"{media}/u/3.jpg": picture(),
        f"{media}/lost_5/nobody.jpg": picture(),
        f"{media}/stickers_used/1.png": picture(),
    }


_FACEBOOK_TOLD = counted(
    3,
    {"picture": 5, "film": 1},
    {0: 1, 2019: 2, 2021: 1, 2023: 2},
    {"not-stated": 6},
    2,
    {
        "coordinates": 1,
        "named-place": 2,
        "others-named": 2,
        "album-name": 2,
        "text": 3,
        "device": 1,
        "upload-address": 1,
    },
    missing=1,
    unnamed=1,
)
_FACEBOOK_LEFT = {"messages", "withdrawn", "saved", "tagged-by-others", "other-people", "reactions"}


def _facebook_secrets(top: str) -> tuple[str, ...]:
    return (
        f"{top}messages/inbox/nadia_1/message_1.json",
        f"{top}messages/inbox/nadia_1/photos/9.jpg",
        f"{top}messages/e2ee_cutover/omar_2/message_1.json",
        f"{top}posts/archive.json",
        f"{top}posts/trash.json",
        f"{top}posts/photos_you're_tagged_in.json",
        f"{top}posts/other_people's_posts_to_your_timeline.json",
        f"{top}comments_and_reactions/comments.json",
        f"{top}saved_items_and_collections/your_saved_items.json",
        "connections/friends/your_friends.json",
        "security_and_login_information/account_activity.json",
        "preferences/feed/feed.json",
    )


def facebook_page() -> Fixture:
    top = "this_profile's_activity_across_facebook/"
    files = _facebook_lists(top, "profile_posts", "videos", "uncategorized_photos")
    files["profile_information/profile_information.json"] = as_json({"profile_v2": {"name": {"full_name": "Club Exemple"}}})
    return Fixture(files, _facebook_secrets(top), _FACEBOOK_TOLD, _FACEBOOK_LEFT)


def facebook_person(top: str = "your_facebook_activity/") -> Fixture:
    files = _facebook_lists(top, "your_posts__check_ins__photos_and_videos", "your_videos", "your_uncategorized_photos")
    files["personal_information/profile_information/profile_information.json"] = as_json({"profile_v2": {"name": "Ada"}})
    files[f"{top}groups/group_posts_and_comments.json"] = as_json(
        {"group_posts_v2": [{"timestamp": T23, "data": [{"post": "to the group"}]}]}
    )
    told = {**_FACEBOOK_TOLD, "posts": 4}
    return Fixture(files, _facebook_secrets(top), told, _FACEBOOK_LEFT)


def facebook_old() -> Fixture:
    files = {
        "profile_information/profile_information.json": as_json({"profile": {"name": "Ada"}}),
        "posts/your_posts_1.json": as_json(
            [{"timestamp": T19, "attachments": [{"data": [{"media": {"uri": "photos_and_videos/a_1/1.jpg"}}]}]}]
        ),
        "photos_and_videos/album/0.json": as_json(
            {"name": "Mobile Uploads", "photos": [{"uri": "photos_and_videos/a_1/1.jpg", "creation_timestamp": T19}]}
        ),
        "photos_and_videos/your_videos.json": as_json({"videos": [{"uri": "photos_and_videos/v/1.mp4"}]}),
        "photos_and_videos/a_1/1.jpg": picture(),
        "photos_and_videos/v/1.mp4": VIDEO,
    }
    secrets = ("messages/inbox/nadia_1/message_1.json", "comments/comments.json", "friends/friends.json")
    told = counted(1, {"picture": 1, "film": 1}, {0: 1, 2019: 1}, {"not-stated": 2}, 0, {})
    return Fixture(files, secrets, told, {"messages", "other-people", "reactions"})


_INSTAGRAM_MEDIA = {
    "media/posts/201906/1.jpg": picture,
    "media/posts/201906/2.mp4": lambda: VIDEO,
    "media/posts/202106/3.jpg": picture,
    "media/stories/202306/4.jpg": picture,
    "media/reels/202306/5.mp4": lambda: VIDEO,
    "media/profile/202106/6.jpg": picture,
    "media/posts/202306/nobody.jpg": picture,
}
_INSTAGRAM_SECRETS = (
    "your_instagram_activity/messages/inbox/nadia_1/message_1.json",
    "your_instagram_activity/messages/inbox/nadia_1/photos/9.jpg",
    "your_instagram_activity/saved/saved_posts.json",
    "your_instagram_activity/likes/liked_posts.json",
    "your_instagram_activity/comments/post_comments_1.json",
    "connections/followers_and_following/followers_1.json",
    "media/archived_posts/201906/7.jpg",
    "media/recently_deleted/201906/8.jpg",
    "security_and_login_information/login_and_profile_creation/login_activity.json",
)
_INSTAGRAM_LEFT = {"messages", "saved", "reactions", "other-people", "withdrawn"}


def instagram_json(area: str = "your_instagram_activity/media/") -> Fixture:
    place = {"photo_metadata": {"exif_data": [{"latitude": 48.5, "longitude": 2.25}, {"device_id": "android-1"}]}}
    posts = [
        {
            "media": [
                {"uri": "media/posts/201906/1.jpg", "creation_timestamp": T19, "media_metadata": place, "title": ""},
                {"uri": "media/posts/201906/2.mp4", "creation_timestamp": T19},
            ],
            "title": mojibake("à la plage avec @nadia.exemple"),
            "creation_timestamp": T19,
        },
        {"media": [{"uri": "media/posts/202106/3.jpg", "creation_timestamp": T21, "title": ""}]},
        {"media": [{"uri": "media/posts/202106/gone.jpg", "creation_timestamp": T21, "title": "words"}]},
    ]
    files = {name: make() for name, make in _INSTAGRAM_MEDIA.items()}
    files |= {
        "personal_information/personal_information/personal_information.json": as_json({"profile_user": []}),
        f"{area}posts_1.json": as_json(posts),
        f"{area}stories.json": as_json({"ig_stories": [{"uri": "media/stories/202306/4.jpg", "creation_timestamp": T23}]}),
        f"{area}reels.json": as_json(
            {"ig_reels_media": [{"media": [{"uri": "media/reels/202306/5.mp4", "creation_timestamp": T23}]}]}
        ),
        f"{area}profile_photos.json": as_json(
            {"ig_profile_picture": [{"uri": "media/profile/202106/6.jpg", "creation_timestamp": T21}]}
        ),
    }
    secrets = (
        *_INSTAGRAM_SECRETS,
        f"{area}archived_posts.json",
        f"{area}recently_deleted_content.json",
        f"{area}reposts.json",
        f"{area}posts_1.html",
    )
    told = counted(
        6,
        {"picture": 5, "film": 2},
        {2019: 2, 2021: 3, 2023: 2},
        {"not-stated": 7},
        1,
        {"coordinates": 1, "others-named": 2, "text": 3, "device": 1},
        missing=1,
        unnamed=1,
    )
    return Fixture(files, secrets, told, {*_INSTAGRAM_LEFT, "twin"})


def instagram_html() -> Fixture:
    def page(*posts: str) -> bytes:
        boxes = "".join(f'<div class="a"><div>{post}<div>Jun 15, 2019 12:00 PM</div></div></div>' for post in posts)
        head = '<html><head><link rel="stylesheet" href="x.css"></head><body><img src="files/logo.png">'
        return f'{head}<div class="b" role="main">{boxes}</div><p>end</p></body></html>'.encode()

    place = "<table><tr><td>Latitude<div>48.5</div></td></tr></table>"
    files = {name: make() for name, make in _INSTAGRAM_MEDIA.items()}
    area = "your_instagram_activity/media/"
    files |= {
        "personal_information/personal_information/personal_information.html": b"<html>ada.example</html>",
        f"{area}posts_1.html": page(
            f'<a href="media/posts/201906/1.jpg"><img src="media/posts/201906/1.jpg"></a>'
            f'<video src="media/posts/201906/2.mp4"></video>{place}',
            '<img src="../../media/posts/202106/3.jpg">',
            '<img src="media/archived_posts/201906/7.jpg">',
            "words alone",
        ),
        f"{area}stories.html": page('<img src="media/stories/202306/4.jpg">'),
        f"{area}reels.html": page('<video src="media/reels/202306/5.mp4"></video>'),
        f"{area}profile_photos.html": page('<img src="media/profile/202106/6.jpg">'),
    }
    secrets = (*(name for name in _INSTAGRAM_SECRETS if not name.endswith(".json")), f"{area}archived_posts.html")
    told = counted(
        5,
        {"picture": 4, "film": 2},
        {2019: 2, 2021: 2, 2023: 2},
        {"not-stated": 6},
        2,
        {"coordinates": 2},
        unnamed=1,
    )
    return Fixture(files, secrets, told, {"messages", "withdrawn"})


def instagram_2020() -> Fixture:
    lists = {
        "photos": [
            {
                "caption": "words",
                "taken_at": "2019-06-15T12:00:00+00:00",
                "path": "photos/201906/1.jpg",
                "location": "Exempleville",
            },
            {"caption": "", "taken_at": "2021-06-15T12:00:00", "path": "photos/202106/2.jpg"},
        ],
        "videos": [{"caption": "", "taken_at": "2021-06-15T12:00:00", "path": "videos/202106/3.mp4"}],
        "stories": [{"caption": "", "taken_at": "2021-06-15T12:00:00", "path": "stories/202106/4.jpg"}],
        "profile": [
            {"caption": "", "taken_at": "2019-06-15T12:00:00", "is_active_profile": True, "path": "profile/201906/5.jpg"}
        ],
        "direct": [{"taken_at": "2019-06-15T12:00:00", "path": "direct/201906/9.jpg"}],
    }
    files = {entry["path"]: picture() for key, found in lists.items() if key != "direct" for entry in found}
    files |= {"media.json": as_json(lists), "profile.json": as_json({"username": "ada.example"})}
    secrets = ("messages.json", "direct/201906/9.jpg", "connections.json", "saved.json", "likes.json", "contacts.json")
    told = counted(5, {"picture": 4, "film": 1}, {2019: 2, 2021: 3}, {"not-stated": 5}, 1, {"named-place": 1, "text": 1})
    return Fixture(files, secrets, told, {"messages", "other-people", "saved", "reactions"})


def google() -> Fixture:
    youtube = "Takeout/YouTube and YouTube Music"
    videos = (
        "Video ID,Approx Duration (ms),Channel ID,Video Title (Original),Privacy,Video State,Video Create Timestamp\n"
        "aaa,1000,C1,Sports day,Public,Processed,2019-06-15T12:00:00+00:00\n"
        "bbb,1000,C1,Sports day 2,Unlisted,Processed,2021-06-15T12:00:00+00:00\n"
        'ccc,1000,C1,"At home, with ""us""",Private,Processed,2021-06-15T12:00:00+00:00\n'
        "ddd,1000,C1,,Nicht gelistet,Processed,\n"
    )
    recordings = "Video ID,Video Recording Address,Video Recording Latitude\naaa,,48.5\nbbb,Exempleville,\nccc,,\n"
    image = "&lt;img src=&quot;https://pictures.example/1.jpg&quot;&gt;"
    entry = "<entry><id>post-{0}</id><blogger:type>{1}</blogger:type><blogger:status>{2}</blogger:status>{3}</entry>"
    time, content = "<published>2019-06-15T12:00:00Z</published>", '<content type="html">{}</content>'
    feed = "".join(
        (
            '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:blogger="http://schemas.google.com/blogger/2018"><id>blog-1</id>',
            entry.format(1, "POST", "LIVE", time + content.format(image * 2)),
            entry.format(2, "POST", "DRAFT", time + content.format(image)),
            entry.format(3, "COMMENT", "LIVE", time + content.format(image)),
            entry.format(4, "PAGE", "LIVE", content.format("words")),
            entry.format(5, "POST", "SOFT_TRASHED", content.format(image)),
            "</feed>",
        )
    )
    files = {
        "Takeout/archive_browser.html": b"<html>ada@mail.example</html>",
        f"{youtube}/channels/channel.csv": b"Channel ID,Channel Title (Original)\nC1,Ada\n",
        f"{youtube}/video metadata/videos.csv": videos.encode(),
        f"{youtube}/video metadata/video recordings.csv": recordings.encode(),
        f"{youtube}/videos/Sports day.mp4": VIDEO,
        "Takeout/Blogger/Blogs/Ada/feed.atom": feed.encode(),
    }
    secrets = (
        "Takeout/Google Photos/Photos from 2019/1.jpg",
        "Takeout/Google Photos/Photos from 2019/1.jpg.supplemental-metadata.json",
        "Takeout/Mail/All mail.mbox",
        "Takeout/Blogger/Comments/Ada/feed.atom",
        "Takeout/Contacts/All Contacts/All Contacts.vcf",
        f"{youtube}/comments/comments.csv",
        f"{youtube}/live chats/live chats.csv",
        f"{youtube}/history/watch-history.json",
        f"{youtube}/subscriptions/subscriptions.csv",
    )
    told = counted(
        6,
        {"film": 4, "picture": 2},
        {0: 1, 2019: 3, 2021: 2},
        {"public": 1, "restricted": 2, "not-stated": 3},
        2,
        {"coordinates": 1, "named-place": 1, "text": 5},
    )
    return Fixture(files, secrets, told, {"storage", "messages", "reactions", "other-people"})


def mastodon() -> Fixture:
    everybody, followers = "https://www.w3.org/ns/activitystreams#Public", "https://social.example/users/ada/followers"
    nadia = "https://social.example/users/nadia"

    def create(number: int, to: list[str], cc: list[str], **more: Any) -> dict[str, Any]:
        url = f"/media_attachments/files/1/{number}/original/a.jpg"
        note = {
            "type": "Note",
            "published": "2021-06-15T12:00:00Z",
            "url": f"https://social.example/@ada/{number}",
            "to": to,
            "cc": cc,
            "content": "<p>words</p>",
            "attachment": [{"type": "Document", "mediaType": "image/jpeg", "url": url, "name": None}],
            "tag": [],
            **more,
        }
        return {"type": "Create", "published": note["published"], "to": to, "cc": cc, "object": note}

    outbox = {
        "type": "OrderedCollection",
        "orderedItems": [
            create(1, [everybody], [followers]),
            create(2, [followers], [everybody], tag=[{"type": "Mention", "href": nadia}]),
            create(3, [followers], []),
            create(4, [nadia], [], tag=[{"type": "Mention", "href": nadia}]),
            {"type": "Announce", "to": [everybody], "object": "https://elsewhere.example/1"},
            create(5, [everybody], [], content="", attachment=[{"url": "https://files.example/a.mp4", "name": "alt"}]),
        ],
    }
    media = {f"media_attachments/files/1/{number}/original/a.jpg": picture() for number in (1, 2, 3)}
    files = {**media, "outbox.json": as_json(outbox), "actor.json": as_json({"id": "https://social.example/users/ada"})}
    told = counted(
        4,
        {"picture": 3, "film": 1},
        {2021: 4},
        {"public": 3, "restricted": 1},
        0,
        {"others-named": 1, "text": 4},
    )
    return Fixture(files, ("likes.json", "bookmarks.json"), told, {"reactions", "saved"})


def x(folder: str = "data/", name: str = "tweets", protected: bool = True) -> Fixture:
    def as_list(what: str, values: list[Any]) -> bytes:
        return f"window.YTD.{what}.part0 = ".encode() + as_json(values)

    def tweet(number: str, year: int, media: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        said = {"id_str": number, "created_at": f"Sat Jun 15 12:00:00 +0000 {year}", "full_text": "words", **more}
        return {"tweet": {**said, "extended_entities": {"media": media}} if media else said}

    def photo(file: str, **more: str) -> dict[str, Any]:
        return {"type": "photo", "media_url_https": f"https://pictures.example/media/{file}", **more}

    video = {
        "type": "video",
        "media_url_https": "https://pictures.example/thumb/v.jpg",
        "video_info": {
            "variants": [{"url": "https://video.example/720/v.mp4?tag=12"}, {"url": "https://video.example/v.m3u8"}]
        },
    }
    tweets = [
        tweet("10", 2019, [photo("a.jpg"), photo("b.jpg")], geo={"type": "Point", "coordinates": ["48.5", "2.25"]}),
        tweet("11", 2021, [video], entities={"user_mentions": [{"screen_name": "nadia_example"}]}),
        tweet("12", 2021, [photo("c.jpg", source_status_id_str="99", source_user_id_str="7")]),
        tweet("13", 2021, [photo("d.jpg")], full_text="RT @nadia_example: words"),
        tweet("14", 2023, [photo("gone.jpg")], place={"full_name": "Exempleville"}),
    ]
    history = [
        {"protectedHistory": {"protectedAt": "2022-01-01T00:00:00.000Z", "action": "Protect"}},
        {"protectedHistory": {"protectedAt": "2020-01-01T00:00:00.000Z", "action": "Unprotect"}},
    ]
    media = f"{folder}{name}_media/"
    files = {
        f"{folder}account.js": as_list("account", [{"account": {"accountId": "1", "username": "ada_example"}}]),
        f"{folder}{name}.js": as_list(name, tweets[:3]),
        f"{folder}{name}-part1.js": as_list(name, tweets[3:]),
        f"{folder}protected-history.js": as_list("protected_history", history if protected else []),
        f"{media}10-a.jpg": picture(),
        f"{media}10-b.jpg": picture(),
        f"{media}11-v.mp4": VIDEO,
        f"{media}13-d.jpg": picture(),
    }
    secrets = (
        f"{folder}direct-messages.js",
        f"{folder}direct-messages-group.js",
        f"{folder}direct_messages_media/1-2-a.jpg",
        f"{folder}deleted-tweets.js",
        f"{folder}like.js",
        f"{folder}follower.js",
        f"{folder}contact.js",
    )
    told = counted(
        4,
        {"picture": 3, "film": 1},
        {2019: 2, 2021: 1, 2023: 1},
        {"restricted" if protected else "not-stated": 4},
        3,
        {"coordinates": 2, "named-place": 1, "others-named": 1, "text": 4},
        missing=1,
        unnamed=1,
    )
    return Fixture(files, secrets, told, {"messages", "withdrawn", "reactions", "other-people"})


FIXTURES = {
    "facebook-page": ("facebook-page", facebook_page),
    "facebook-person": ("facebook-person", facebook_person),
    "facebook-person-earlier": ("facebook-person", lambda: facebook_person("your_activity_across_facebook/")),
    "facebook-person-old": ("facebook-person", facebook_old),
    "instagram-json": ("instagram-json", instagram_json),
    "instagram-json-earlier": ("instagram-json", lambda: instagram_json("your_instagram_activity/content/")),
    "instagram-json-old": ("instagram-json", lambda: instagram_json("content/")),
    "instagram-html": ("instagram-html", instagram_html),
    "instagram-2020": ("instagram-2020", instagram_2020),
    "google": ("google", google),
    "mastodon": ("mastodon", mastodon),
    "x": ("x", x),
    "x-old": ("x", lambda: x("", "tweet", protected=False)),
}


def write_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_parts(folder: Path, files: dict[str, bytes], count: int, top: str = "") -> list[Path]:
    """As ZIPs among which the files are dealt out like cards."""
    dealt: list[dict[str, bytes]] = [{} for _ in range(count)]
    for number, (name, data) in enumerate(sorted(files.items())):
        dealt[number % count][top + name] = data
    return [write_zip(folder / f"part-{number}.zip", part) for number, part in enumerate(dealt)]
