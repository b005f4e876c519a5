"""Slack messages, windows and Home tabs as HTML that looks like Slack's desktop client, for a human look.

One page, complete in itself: no script, nothing downloaded. A block or element that is not known here
is an error, so that nothing of a message is left out of its picture. What Slack shows on hovering or
asks before a button works stands beside it, dashed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Any

Block = Mapping[str, Any]

_MARKS = re.compile(
    r"\\(?P<literal>[\\`*_~\[\]()#>+.\-!|])|\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`"
)
_TYPED = re.compile(r"<@(?P<user>\w+)>|<!(?P<all>\w+)>|<(?P<url>https?:[^|>]+)\|?(?P<words>[^>]*)>")


@dataclass(frozen=True)
class Picture:
    """One picture: its name (of a file, too), what it shows, and the HTML of it."""

    name: str
    caption: str
    html: str


@dataclass(frozen=True)
class Said:
    """A message as it is drawn: ``body`` is HTML; ``note`` stands in the line above it."""

    who: str
    at: str
    body: str
    app: bool = False
    note: str = ""


@dataclass(frozen=True)
class Page:
    """Draws blocks; ``names`` are of people, channels and groups by id, ``japanese`` the client's own words."""

    names: Mapping[str, str]
    japanese: bool = True

    # Blocks

    def blocks(self, blocks: Iterable[Block]) -> str:
        """All of them, in order."""
        return "".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        draw: Mapping[str, Callable[[Block], str]] = {
            "rich_text": self._rich,
            "section": self._section,
            "header": lambda b: f'<div class="b header">{self._words(b["text"])}</div>',
            "divider": lambda _: '<hr class="b">',
            "context": self._context,
            "actions": self._actions,
            "context_actions": self._context_actions,
            "input": self._input,
            "markdown": lambda b: f'<div class="b rich">{markdown(b["text"])}</div>',
        }
        return draw[block["type"]](block)

    def _words(self, text: Block) -> str:
        if text["type"] == "mrkdwn":
            return self.typed(text["text"])
        return escape(text["text"])

    def _rich(self, block: Block) -> str:
        parts = "".join(self._rich_part(part) for part in block["elements"])
        return f'<div class="b rich">{parts}</div>'

    def _rich_part(self, part: Block) -> str:
        if part["type"] == "rich_text_list":
            tag = "ol" if part["style"] == "ordered" else "ul"
            items = "".join(f"<li>{self._inline(item)}</li>" for item in part["elements"])
            return f'<{tag} class="indent{part.get("indent", 0)}">{items}</{tag}>'
        tag = {
            "rich_text_section": "p",
            "rich_text_quote": "blockquote",
            "rich_text_preformatted": "pre",
        }[part["type"]]
        return f"<{tag}>{self._inline(part)}</{tag}>"

    def _inline(self, part: Block) -> str:
        return "".join(self._piece(piece) for piece in part["elements"])

    def _piece(self, piece: Block) -> str:
        kind = piece["type"]
        if kind in ("user", "usergroup", "channel", "broadcast"):
            sign = "#" if kind == "channel" else "@"
            id_ = piece.get(f"{kind}_id") or piece["range"]
            return f'<span class="at">{sign}{escape(self.names.get(id_, id_))}</span>'
        if kind == "emoji":
            points = [point for point in piece.get("unicode", "").split("-") if point]
            return "".join(f"&#x{point};" for point in points) or f":{escape(piece['name'])}:"
        if kind == "date":
            return escape(piece["fallback"])
        if kind == "link":
            return (
                f'<a href="{escape(piece["url"])}">{escape(piece.get("text") or piece["url"])}</a>'
            )
        assert kind == "text", f"unknown piece {kind}"
        html = escape(piece["text"])
        styles = {"bold": "b", "italic": "i", "strike": "s", "underline": "u", "code": "code"}
        for style, on in (piece.get("style") or {}).items():
            if on:
                html = f"<{styles[style]}>{html}</{styles[style]}>"
        return html

    def _section(self, block: Block) -> str:
        said = self._words(block["text"]) if "text" in block else ""
        fields = "".join(f"<div>{self._words(field)}</div>" for field in block.get("fields", ()))
        held = f"<div>{said}{fields}</div>"
        if accessory := block.get("accessory"):
            held += self._button(accessory)
        return f'<div class="b section">{held}</div>'

    def _context(self, block: Block) -> str:
        # Slack lays the elements side by side, and begins a new row where there is no room.
        held = "".join(f"<span>{self._words(element)}</span>" for element in block["elements"])
        return f'<div class="b context">{held}</div>'

    def _actions(self, block: Block) -> str:
        held = "".join(self._button(element) for element in block["elements"])
        asked = "".join(map(self._confirm, block["elements"]))
        return f'<div class="b actions">{held}</div>{asked}'

    def _button(self, element: Block) -> str:
        assert element["type"] == "button", f"unknown element {element['type']}"
        style = " " + element["style"] if "style" in element else ""
        leads = "<small>↗</small>" if "url" in element else ""
        return f'<span class="button{style}">{self._words(element["text"])}{leads}</span>'

    def _confirm(self, element: Block) -> str:
        if not (asked := element.get("confirm")):
            return ""
        title, text, yes, no = (self._words(asked[k]) for k in ("title", "text", "confirm", "deny"))
        pressed = self._words(element["text"])
        return (
            f'<div class="note">{pressed} → <b>{title}</b> {text} '
            f'<span class="button">{no}</span> <span class="button primary">{yes}</span></div>'
        )

    def _context_actions(self, block: Block) -> str:
        return "".join(map(self._votes, block["elements"]))

    def _votes(self, element: Block) -> str:
        assert element["type"] == "feedback_buttons", f"unknown element {element['type']}"
        good, bad = (self._words(element[f"{w}_button"]["text"]) for w in ("positive", "negative"))
        return (
            f'<div class="b votes"><span>{_THUMB}</span><span class="down">{_THUMB}</span>'
            f'<span class="note">{good} / {bad}</span></div>'
        )

    def _input(self, block: Block) -> str:
        element = block["element"]
        assert element["type"] == "plain_text_input", f"unknown element {element['type']}"
        words = escape(element.get("initial_value") or "")
        if placeholder := element.get("placeholder"):
            words = words or f"<i>{self._words(placeholder)}</i>"
        optional = f"（{'任意' if self.japanese else 'optional'}）" if block.get("optional") else ""
        hint = f"<small>{self._words(block['hint'])}</small>" if "hint" in block else ""
        tall = " tall" if element.get("multiline") else ""
        return (
            f'<div class="b input"><b>{self._words(block["label"])}</b><i>{optional}</i>'
            f'<div class="field{tall}">{words}</div>{hint}</div>'
        )

    # What people type

    def typed(self, text: str) -> str:
        """Text as Slack keeps it: mentions and links in angle brackets, three characters as entities."""
        html, at = "", 0
        for found in _TYPED.finditer(text):
            html += escape(unescape(text[at : found.start()]))
            html += self._typed(found)
            at = found.end()
        return html + escape(unescape(text[at:]))

    def _typed(self, found: re.Match[str]) -> str:
        if url := found["url"]:
            return f'<a href="{escape(url)}">{escape(found["words"] or url)}</a>'
        who = found["user"] or found["all"]
        return f'<span class="at">@{escape(self.names.get(who, who))}</span>'

    # Messages, and where they stand

    def message(self, said: Said) -> str:
        """One message with the name and the time of whoever wrote it."""
        app = f"<small>{'アプリ' if self.japanese else 'APP'}</small>" if said.app else ""
        note = f'<div class="only">{escape(said.note)}</div>' if said.note else ""
        hue = sum(map(ord, said.who)) * 47 % 360
        colour = "#4a154b" if said.app else f"hsl({hue} 45% 45%)"
        return (
            f'<div class="message">{note}<div class="face" style="background:{colour}">'
            f"{escape(said.who[:1])}</div><div><div><b>{escape(said.who)}</b> {app}"
            f'<time>{escape(said.at)}</time></div><div class="said">{said.body}</div></div></div>'
        )

    def thread(self, channel: str, *parts: str, working: str = "") -> str:
        """A thread beside a channel: as narrow as Slack opens it."""
        title = "スレッド" if self.japanese else "Thread"
        reply = "返信する…" if self.japanese else "Reply…"
        status = f'<div class="working"><i></i>{escape(working)}</div>' if working else ""
        return (
            f'<div class="frame narrow"><div class="bar"><b>{title}</b> <small>{escape(channel)}'
            f'</small></div>{"".join(parts)}{status}<div class="reply">{reply}</div></div>'
        )

    def channel(self, name: str, *parts: str) -> str:
        """A channel, or a direct message."""
        return (
            f'<div class="frame"><div class="bar"><b>{escape(name)}</b></div>{"".join(parts)}</div>'
        )

    def modal(self, view: Block) -> str:
        """A window over the client."""
        close, submit = view.get("close"), view.get("submit")
        foot = f'<span class="button">{self._words(close)}</span>' if close else ""
        foot += f' <span class="button primary">{self._words(submit)}</span>' if submit else ""
        return (
            f'<div class="behind"><div class="modal"><div class="bar"><b>{self._words(view["title"])}'
            f'</b><span>×</span></div><div class="inner">{self.blocks(view["blocks"])}</div>'
            f'<div class="foot">{foot}</div></div></div>'
        )

    def home(self, app: str, view: Block) -> str:
        """The Home tab of the app."""
        tabs = (
            ("ホーム", "メッセージ", "ワークスペース情報")
            if self.japanese
            else ("Home", "Messages", "About")
        )
        others = "".join(f"<span>{tab}</span>" for tab in tabs[1:])
        return (
            f'<div class="frame"><div class="bar"><b>{escape(app)}</b></div><div class="tabs">'
            f'<span class="on">{tabs[0]}</span>{others}</div>'
            f'<div class="inner">{self.blocks(view["blocks"])}</div></div>'
        )


def markdown(text: str) -> str:
    """Markdown as a stream shows it: paragraphs, bold, code; what is escaped stands as it is."""
    paragraphs = [part for part in re.split(r"\n{2,}", text.strip()) if part]
    return "".join(f"<p>{''.join(_marked(part))}</p>" for part in paragraphs)


def _marked(text: str) -> Iterator[str]:
    at = 0
    for found in _MARKS.finditer(text):
        yield escape(unescape(text[at : found.start()]))
        words = escape(unescape(found["literal"] or found["bold"] or found["code"]))
        tag = "b" if found["bold"] else "code" if found["code"] else ""
        yield f"<{tag}>{words}</{tag}>" if tag else words
        at = found.end()
    yield escape(unescape(text[at:]))


def clock(ts: str, *, japanese: bool, hours: int = 9) -> str:
    """The time of day of a message, as Slack writes it."""
    when = datetime.fromtimestamp(float(ts), UTC) + timedelta(hours=hours)
    return f"{when:%H:%M}" if japanese else f"{when:%I:%M %p}".lstrip("0")


def page(title: str, body: str, *, language: str = "ja") -> str:
    """A whole page."""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><body>{body}</body></html>"
    )


def figure(picture: Picture) -> str:
    """A picture above its caption."""
    return (
        f'<figure id="{escape(picture.name)}">{picture.html}'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
    )


_THUMB = (
    '<svg width="16" height="16" viewBox="0 0 20 20" fill="none" stroke="#616061" stroke-width="1.5">'
    '<path d="M2.5 9h3v8h-3zM5.5 9.5 9 2.5c1.800 1.800 2.300.9 2 2.300L10.300 7.500h5.200c1.300 0 2 1 1.700 2.200'
    'l-1.300 5.600c-.3 1.100-1 1.700-2 1.700H5.500"/></svg>'
)

_STYLE = """
*{box-sizing:border-box}
body{margin:24px;background:#eceaec;color:#1d1c1d;font:15px/1.4667 "Lato","Helvetica Neue","Segoe UI",
"Hiragino Sans","Hiragino Kaku Gothic ProN","Yu Gothic UI","Meiryo","Noto Sans CJK JP","Noto Sans JP",
"Noto Color Emoji",Arial,sans-serif}
h1{font-size:24px}h2{font-size:18px;margin:32px 0 8px}
figure{margin:0 0 48px;display:block;width:fit-content}
figcaption{max-width:720px;color:#4a4a4a;font-size:13px;padding:8px 2px}
.pair{display:flex;gap:24px;align-items:flex-start;flex-wrap:wrap}
.frame,.modal{background:#fff;border-radius:8px;box-shadow:0 1px 4px #0003;overflow:hidden;padding-bottom:8px}
.frame{width:720px}.frame.narrow{width:500px}
.bar{padding:12px 20px;border-bottom:1px solid #ddd;font-size:17px;display:flex;gap:8px;
justify-content:space-between;align-items:baseline}.bar small{color:#616061;flex:1}
.message{display:grid;grid-template-columns:36px 1fr;gap:0 8px;padding:8px 20px}
.message>div{min-width:0}
.face{width:36px;height:36px;border-radius:8px;color:#fff;font-weight:700;font-size:17px;display:flex;
align-items:center;justify-content:center}
.message b{font-weight:700}.message small{background:#e8e8e8;color:#616061;border-radius:2px;
font-size:10px;font-weight:700;padding:1px 3px}
time{color:#616061;font-size:12px;margin-left:4px}
.only{grid-column:2;color:#616061;font-size:13px}
.said{overflow-wrap:anywhere;white-space:pre-wrap}.said>*,.inner>*{white-space:pre-wrap}
.clip{max-height:300px;overflow:hidden;mask-image:linear-gradient(#000 70%,#0000)}
.b{margin:4px 0 8px}.rich p{margin:0}.rich p+p,.rich blockquote+p,.rich p+blockquote{margin-top:4px}
.streamed p+p{margin-top:8px}
blockquote{margin:4px 0;padding:0 0 0 12px;border-left:4px solid #ddd}
ul,ol{margin:0;padding-left:26px}pre{border:1px solid #ddd;background:#f8f8f8;border-radius:4px;padding:8px;
margin:4px 0}code{color:#c01343;border:1px solid #ddd;background:#f8f8f8;border-radius:3px;padding:1px 3px;
font-size:12px}
.indent1{margin-left:28px}.indent2{margin-left:56px}
.header{font-size:18px;font-weight:900;margin:8px 0}
hr{border:0;border-top:1px solid #ddd;margin:12px 0!important}
.section{display:flex;gap:16px;justify-content:space-between;align-items:flex-start}
.context{display:flex;flex-wrap:wrap;gap:0 8px;font-size:12px;line-height:1.5;color:#616061}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin-bottom:12px}
.button{display:inline-block;border:1px solid #1d1c1d4d;border-radius:8px;padding:3px 12px;font-size:13px;
font-weight:700;background:#fff;white-space:nowrap}.button small{margin-left:4px;background:none}
.button.primary{background:#007a5a;color:#fff;border-color:#007a5a}
.button.danger{color:#e01e5a;border-color:#e01e5a}
.note{border:1px dashed #b9a3b9;border-radius:6px;padding:4px 8px;font-size:11px;color:#7c5a7c;margin:4px 0}
.note .button{font-size:10px;padding:1px 6px}
.votes{display:flex;gap:12px;align-items:center}.votes span{display:inline-flex}
.votes .down{transform:scale(1,-1)}.votes .note{padding:1px 6px;margin:0}
.input i{color:#616061;font-style:normal;font-weight:400}
.field{border:1px solid #868686;border-radius:4px;margin:4px 0;padding:8px 12px;min-height:36px}
.field.tall{min-height:84px}.input small{color:#616061;font-size:13px}
.at{background:#e8f5fa;color:#1264a3;border-radius:3px;padding:0 2px}a{color:#1264a3;text-decoration:none}
.reply{border:1px solid #bbb;border-radius:8px;margin:8px 20px;padding:8px 12px;color:#868686}
.working{padding:4px 20px;color:#616061;font-size:12px;font-style:italic}
.cursor{display:inline-block;width:8px;height:16px;background:#1d1c1d;vertical-align:-2px}
.behind{background:#0008;padding:24px;border-radius:8px}.modal{width:520px;margin:auto}
.modal .bar{font-size:20px}.inner{padding:12px 24px}.foot{padding:12px 24px;text-align:right;
border-top:1px solid #eee}
.tabs{display:flex;gap:20px;padding:8px 24px 0;border-bottom:1px solid #ddd;color:#616061;font-size:13px;
font-weight:700}.tabs span{padding-bottom:8px}.tabs .on{color:#1d1c1d;border-bottom:2px solid #611f69}
.split{color:#616061;font-size:13px;padding:4px 20px;border-top:1px solid #eee}
"""
