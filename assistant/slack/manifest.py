"""The app's manifest: what Slack is told of the bot, with the scopes that it uses and no others.

Source: https://docs.slack.dev/reference/app-manifest.
"""

from __future__ import annotations

from typing import Any

from assistant.slack.app import COMMAND, SHORTCUT

SCOPES: dict[str, str] = {
    "app_mentions:read": "hear questions in which it is mentioned",
    "assistant:write": "be an agent in Slack, and suggest questions",
    "channels:history": "hear replies in threads of public channels that it has joined",
    "channels:read": "know whether a channel is public, and who is in it",
    "chat:write": "answer, and show that it works",
    "commands": "offer /minutes and the shortcut",
    "groups:history": "hear replies in threads of private channels that it has joined",
    "groups:read": "know who is in a private channel",
    "im:history": "read direct messages to it",
    "im:read": "know a direct message as one",
    "im:write": "answer directly where it cannot post",
    "mpim:history": "hear replies in group messages",
    "mpim:read": "know who is in a group message",
    "usergroups:read": "know who is in a user group that a collection names",
    "users:read": "know somebody's language, and whether he is a guest",
}
"""Each scope of the bot token, with what it is for."""

APP_SCOPES = ("connections:write",)
"""Scopes of the app-level token, for Socket Mode."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)


def manifest(name: str = "議事録アシスタント", url: str | None = None) -> dict[str, Any]:
    """The manifest, to be pasted at api.slack.com > Create New App > From a manifest.

    Args:
        name: how the app is called.
        url: public address of the bot over HTTP; None for Socket Mode.
    """
    requests = {"request_url": f"{url.rstrip('/')}/slack/events"} if url else {}
    made: dict[str, Any] = {
        "display_information": {
            "name": name[:35],
            "description": "Answers from meeting minutes; every sentence cites who said it",
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {"agent_description": "会議の記録に、引用つきでお答えします。"},
            "bot_user": {"display_name": "minutes", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "会議の記録に尋ねる / Ask the meeting records",
                    "usage_hint": "質問 / question",
                    "should_escape": True,
                    **({"url": requests["request_url"]} if url else {}),
                }
            ],
            "shortcuts": [
                {
                    "name": "記録と照合する",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Check this against the minutes",
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**requests, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **requests},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
    if url:
        made["oauth_config"]["redirect_urls"] = [f"{url.rstrip('/')}/slack/oauth_redirect"]
    return made
