"""Platforms of which it is known what an export holds, and why nothing of it is read."""

from __future__ import annotations

from paravent.posted.spec import names

# Title, and names by which such an export is recognised.
KNOWN = {
    "TikTok": names(r"user_data(?:_tiktok)?\.json", r"TikTok/.*"),
    "Snapchat": names(r"(?:.*/)?(?:memories_history|snap_history|shared_story)\.(?:json|html)", r"shared_story/.*"),
    "Google Photos": names(r"(?:Takeout/)?Google (?:Photos|Fotos?)/.*", r"(?:Takeout/)?Fotos? de Google/.*"),
    "WhatsApp": names(r"(?:.*/)?_chat\.txt", r"WhatsApp Chat.*\.txt"),
    "Telegram": names(r"(?:.*/)?(?:ChatExport[^/]*/.*|result\.json|messages\d*\.html)"),
    "Facebook (HTML)": names(
        r"(?:your_facebook_activity/|your_activity_across_facebook/|this_profile.s_activity_across_facebook/)?"
        r"posts/(?:your|profile)_posts.*\.html"
    ),
}
