"""``python -m tests.slack_gallery OUT_FOLDER [--docs FOLDER]``: what people see of the bot, as pictures.

The bot itself answers, before the local Slack server, from the minutes in ``examples/``; the pictures
are pages (index.html, ja.html, en.html), and PNG files where a Chromium is on the PATH.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.slack.home import DataFlow
from assistant.types import Answer, Outcome, Sentence
from assistant.visibility import CollectionRule
from assistant.writing.opening import writer_of
from index_store.bundled_model import BUNDLED_NAME, default_cache
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from tests.llm_server import LLMServer, Reply, Request
from tests.slack_bot import COUNCIL, Scene, actions_of, scene
from tests.slack_gallery_words import EN, JA, Words
from tests.slack_page import Page, Picture, Said, clock, figure, markdown, page
from tests.slack_records import Message, Sight
from tests.written import passages, settings_of, told

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DESK, CLOSED = "C0DESK", "C0CLOSED"
SCALE = 2
"""Pixels of a picture for one of the page."""

SHOWN_IN_DOCS = ("answer", "context", "claim-contradicted", "not-found", "home-regular")

HOSTILE = "<!channel> *太字* <script>alert(1)</script> [x](http://example.test) :tada: "


@contextmanager
def _indexed() -> Iterator[tuple[Index, Path]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = folder / "records"
        shutil.copytree(EXAMPLES, records, ignore=shutil.ignore_patterns("*.jsonl"))
        for words in (JA, EN):
            (records / words.year).mkdir()
            (records / words.hidden).rename(records / words.year / words.hidden)
        settings = IndexSettings(data=folder / "data", model=BUNDLED_NAME, cache=default_cache())
        index = Index(settings)
        Indexer(index).ingest([records])
        yield index, folder
        index.close()


class Posed:
    """An engine that fails at one question, and puts the answers to many into one for another."""

    def __init__(self, engine: Engine, words: Words) -> None:
        self._engine = engine
        self._words = words

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def ask(self, question: str, conversation: Conversation | None = None, **more: Any) -> Outcome:
        """The engine's outcome, but for those two."""
        if question == self._words.fails:
            raise RuntimeError("posed for a picture")
        if question != self._words.many[0]:
            return self._engine.ask(question, conversation, **more)
        held = Conversation() if conversation is None else conversation
        outcome = self._engine.ask(question, held)
        asked = [self._engine.ask(other, Conversation()) for other in self._words.many]
        merged = _merged(outcome, [one for one in asked if isinstance(one, Answer)])
        held.exchanged[-1] = replace(held.exchanged[-1], outcome=merged)
        return merged


def _merged(outcome: Outcome, answers: list[Answer]) -> Answer:
    """One answer of the sentences and sources of several, each quote once."""
    assert isinstance(outcome, Answer)
    sentences, citations, quotes = [], [], set()
    for answer in answers:
        for sentence in answer.sentences:
            cited = [c for c in answer.citations if c.n in sentence.citations]
            if any(c.quote in quotes for c in cited):
                continue
            numbers = tuple(len(citations) + 1 + at for at in range(len(cited)))
            citations += [replace(c, n=n) for c, n in zip(cited, numbers, strict=True)]
            quotes |= {c.quote for c in cited}
            sentences.append(Sentence(sentence.text, numbers))
    return replace(outcome, sentences=tuple(sentences), citations=tuple(citations), related=())


def _writes(words: Words) -> Callable[[Request], Reply]:
    """A model that claims what is scripted, as far as it is given the words for it."""

    def script(request: Request) -> Reply:
        given = {"".join(passage.words.split()): passage.n for passage in passages(request)}
        claims = []
        for claim, quote, translation in words.claims:
            wanted = "".join(quote.split())
            if number := next((n for held, n in given.items() if wanted in held), None):
                told_ = {"claim": claim, "passage": number, "quote": quote}
                claims.append({**told_, "translation": translation})
        return Reply(told(*claims))

    return script


# The pictures


@dataclass
class Gallery:
    """Takes the pictures of one language."""

    index: Index
    folder: Path
    words: Words
    pictures: list[Picture] = field(default_factory=list)
    _scenes: int = 0

    @property
    def japanese(self) -> bool:
        """Whether the people read Japanese."""
        return self.words is JA

    def take(self) -> list[Picture]:
        """All pictures, in the order of the captions."""
        self._quoting()
        self._writing()
        self._closed()
        self._offered()
        order = list(self.words.captions)
        return sorted(self.pictures, key=lambda picture: order.index(picture.name))

    @contextmanager
    def _scene(self, **settings: Any) -> Iterator[Scene]:
        self._scenes += 1
        place = self.folder / f"{self.words.locale}-{self._scenes}"
        place.mkdir()
        flow = settings.pop("flow", DataFlow(days=90))
        with scene(self.index, place, person=DESK, flow=flow, **settings) as held:
            world = held.world
            world.teams["T0AOHAMA"].name = "澄浦市"
            for id_, name in zip(("U0STAFF", "U0MEMBER"), self.words.names, strict=True):
                world.users[id_].real_name = name
                world.users[id_].locale = self.words.locale
            world.users["U0BOT"].real_name = "議事録" if self.japanese else "Minutes"
            world.add_channel(DESK, "窓口" if self.japanese else "desk", ["U0STAFF", "U0BOT"])
            world.add_channel(CLOSED, "事務局", ["U0STAFF", "U0BOT"], is_private=True)
            if not self.japanese:
                world.channels[COUNCIL].name = "transport"
            yield held

    def _add(self, name: str, html: str) -> None:
        self.pictures.append(Picture(name, self.words.captions[name], html))

    # Drawing

    def _page(self, held: Scene) -> Page:
        names = {user.id: user.real_name for user in held.world.users.values()}
        names |= {channel.id: channel.name for channel in held.world.channels.values()}
        return Page(names, self.japanese)

    def _said(self, held: Scene, message: Message) -> Said:
        drawn, user = self._page(held), held.world.users[message.user]
        body = markdown("".join(message.streamed)) if message.streamed else ""
        if body:
            body = f'<div class="b rich streamed">{body}</div>'
        if message.stream == "streaming":
            body += '<span class="cursor"></span>'
        body += drawn.blocks(message.blocks) if message.blocks else ""
        if not (message.blocks or message.streamed):
            body = f'<div class="b rich">{drawn.typed(message.text)}</div>'
        if len(message.text) > 2_000 and not user.is_bot:
            body = f'<div class="clip">{body}</div>'
        at = clock(message.ts, japanese=self.japanese)
        return Said(user.real_name, at, body, app=user.is_bot)

    def _whispered(self, held: Scene, sight: Sight) -> Said:
        drawn, bot = self._page(held), held.world.users["U0BOT"]
        only = "あなただけに表示されています" if self.japanese else "Only visible to you"
        body = drawn.blocks(sight.blocks) if sight.blocks else drawn.typed(sight.text)
        at = clock(str(sight.at), japanese=self.japanese)
        return Said(bot.real_name, at, body, app=True, note=only)

    def _thread(
        self,
        held: Scene,
        channel: str,
        ts: str,
        *whispers: Sight,
        working: str = "",
        since: int = 0,
    ) -> str:
        drawn = self._page(held)
        parts = [drawn.message(self._said(held, m)) for m in held.world.thread(channel, ts)[since:]]
        parts += [drawn.message(self._whispered(held, sight)) for sight in whispers]
        name = held.world.channels[channel].name
        return drawn.thread("# " + name if name else drawn.names["U0BOT"], *parts, working=working)

    def _window(self, held: Scene, user: str = "U0STAFF") -> str:
        return self._page(held).modal(held.people.top_view(user).content)

    def _close(self, held: Scene, user: str = "U0STAFF") -> None:
        while held.world.stacks.get(user):
            held.people.view_closed(held.people.top_view(user), is_cleared=True)

    # Answers that quote

    def _quoting(self) -> None:
        words = self.words
        with self._scene(
            make=lambda view, lock: Posed(Engine.from_index(view, lock=lock), words)
        ) as held:
            self._newcomers(held)
            self._answers(held)
            self._windows(held)
            self._votes(held)
            self._claims(held)
            self._odd(held)
            self._home(held, "home-regular", "U0STAFF")

    def _newcomers(self, held: Scene) -> None:
        drawn = self._page(held)
        self._home(held, "home-new", "U0MEMBER")
        held.world.channels[COUNCIL].members.remove("U0MEMBER")
        held.delivery.deliver(held.people.member_joined_channel("U0MEMBER", COUNCIL))
        held.bot.errands_done()
        (sight,) = held.world.ephemerals("U0MEMBER")
        name = "# " + held.world.channels[COUNCIL].name
        greeted = drawn.channel(name, drawn.message(self._whispered(held, sight)))
        self._add("greeting-channel", greeted)
        held.delivery.deliver(held.people.app_home_opened("U0MEMBER", "messages"))
        held.bot.errands_done()
        direct = held.people.direct("U0MEMBER").id
        said = [drawn.message(self._said(held, m)) for m in held.world.messages(direct)]
        said += [_prompts(held.world.prompts[-1])]
        self._add("greeting-direct", drawn.channel(drawn.names["U0BOT"], *said))

    def _home(self, held: Scene, name: str, user: str) -> None:
        held.delivery.deliver(held.people.app_home_opened(user))
        held.bot.errands_done()
        drawn = self._page(held)
        self._add(name, drawn.home(drawn.names["U0BOT"], held.world.homes[user].content))

    def _answers(self, held: Scene) -> None:
        words = self.words
        answer = held.ask(words.ask)
        thread = str(answer.thread_ts)
        self._add("answer", self._thread(held, COUNCIL, thread))
        held.write(words.follow, COUNCIL, thread_ts=thread)
        held.answer(COUNCIL, thread, 2)
        self._add("follow-up", self._thread(held, COUNCIL, thread, since=2))
        for name, question in (
            ("not-found", words.missing),
            ("not-found-fact", words.near),
            ("failure", words.fails),
        ):
            found = held.ask(question, "U0MEMBER")
            self._add(name, self._thread(held, COUNCIL, str(found.thread_ts)))
        said = held.world.statuses[0]
        working = f"{held.world.users['U0BOT'].real_name} {said['status']}"
        told_ = " → ".join([working, *said["loading_messages"]])
        root = held.mention(words.missing)
        first = self._page(held).message(self._said(held, held.world.thread(COUNCIL, root)[0]))
        name = "# " + held.world.channels[COUNCIL].name
        self._add("working", self._page(held).thread(name, first, working=told_))
        held.answer(COUNCIL, root)

    def _windows(self, held: Scene) -> None:
        answer = held.ask(self.words.ask)
        held.press("U0STAFF", answer, "context")
        self._add("context", self._window(held))
        view = held.people.top_view("U0STAFF")
        if actions_of(Seen(view.content["blocks"]), "later"):
            held.press("U0STAFF", view, "later")
        self._add("context-paged", self._window(held))
        self._close(held)
        many = held.ask(self.words.many[0], "U0MEMBER")
        self._add("many", self._thread(held, COUNCIL, str(many.thread_ts)))
        held.press("U0MEMBER", many, "all")
        self._add("many-all", self._window(held, "U0MEMBER"))
        self._close(held, "U0MEMBER")

    def _votes(self, held: Scene) -> None:
        answer = held.ask(self.words.ask)
        thread = str(answer.thread_ts)
        held.press("U0STAFF", answer, "vote", "positive")
        voted = held.world.wait_for(lambda: held.world.ephemerals("U0STAFF"))[0]
        self._add("voted", self._thread(held, COUNCIL, thread, voted, since=2))
        held.press("U0STAFF", answer, "vote", "negative")
        self._add("reason", self._window(held))
        self._close(held)
        held.press("U0STAFF", answer, "person")
        done = held.world.ephemerals("U0STAFF")[-1]
        drawn = self._page(held)
        handed = [drawn.message(self._said(held, m)) for m in held.world.messages(DESK)]
        desk = drawn.channel("# " + held.world.channels[DESK].name, *handed)
        line = self._thread(held, COUNCIL, thread, done, since=2)
        self._add("hand-over", f'<div class="pair">{line}{desk}</div>')

    def _claims(self, held: Scene) -> None:
        words = self.words
        for name, claim in (
            ("claim-supported", words.supported),
            ("claim-contradicted", words.contradicted),
            ("claim-unrecorded", words.unrecorded),
        ):
            said = held.world.add_message(COUNCIL, "U0MEMBER", claim)
            held.delivery.deliver(held.people.message_action("U0STAFF", said, "check_claim"))
            held.settle()
            first = held.people.top_view("U0STAFF").history
            if name == "claim-supported" and first:
                self._add("claim-working", self._page(held).modal(first[0]))
            self._add(name, self._window(held))
            self._close(held)

    def _odd(self, held: Scene) -> None:
        long = held.ask((HOSTILE * 1_000)[:39_900], "U0MEMBER")
        self._add("hostile", self._thread(held, COUNCIL, str(long.thread_ts)))
        before = {m.ts for m in held.world.messages(COUNCIL)}
        held.delivery.deliver(held.people.command("U0STAFF", self.words.missing))
        held.world.wait_for(lambda: [m for m in held.world.messages(COUNCIL) if m.ts not in before])
        held.settle()
        posted = next(m for m in held.world.messages(COUNCIL) if m.ts not in before)
        held.settle()
        self._add("command", self._thread(held, COUNCIL, posted.ts))
        thanks = held.ask("ありがとうございます" if self.japanese else "Thanks!")
        self._add("courtesy", self._thread(held, COUNCIL, str(thanks.thread_ts)))

    # Answers that a model writes, and records that are not for everybody

    def _writing(self) -> None:
        with LLMServer(_writes(self.words), tokens_per_second=60.0) as server:

            def make(view: Index, lock: threading.RLock) -> Engine:
                writer = writer_of(settings_of(server))
                return Engine.from_index(view, writer=writer, lock=lock)

            flow = DataFlow("test-model", local=False)
            with self._scene(make=make, flow=flow) as held:
                thread = held.mention(self.words.written)
                held.world.wait_for(lambda: self._streaming(held, thread))
                self._add("stream-half", self._thread(held, COUNCIL, thread))
                held.answer(COUNCIL, thread)
                self._add("stream-done", self._thread(held, COUNCIL, thread))

    @staticmethod
    def _streaming(held: Scene, thread: str) -> bool:
        """Whether two sentences of an answer stand there, or all that will."""
        said = [m for m in held.world.thread(COUNCIL, thread) if m.bot_id]
        return any(len(m.streamed) > 1 or m.stream != "streaming" for m in said)

    def _closed(self) -> None:
        with self._scene(rules={"委員": CollectionRule(folders=("records",))}) as held:
            shut = held.ask(self.words.ask)
            self._add("not-allowed", self._thread(held, COUNCIL, str(shut.thread_ts)))

    def _offered(self) -> None:
        rule = CollectionRule(folders=(f"records/{self.words.year}",), users=("U0STAFF",))
        with self._scene(rules={"委員": rule}) as held:
            answer = held.ask(self.words.closed)
            offers = [s for s in held.world.ephemerals("U0STAFF") if s.blocks]
            self._add("direct-offer", self._thread(held, COUNCIL, str(answer.thread_ts), *offers))
            if offers:
                held.press("U0STAFF", offers[0], "direct")
                held.settle()
                self._add("direct-answer", self._direct(held))

    def _direct(self, held: Scene) -> str:
        posted = held.world.messages("D0STAFF")[0]
        return self._thread(held, "D0STAFF", posted.ts)


@dataclass(frozen=True)
class Seen:
    """Blocks by themselves."""

    blocks: list[dict[str, Any]]


def _prompts(prompts: dict[str, Any]) -> str:
    """The suggestions above the message field of a direct message."""
    held = "".join(f'<span class="button">{escape(p["title"])}</span>' for p in prompts["prompts"])
    title = escape(str(prompts.get("title") or ""))
    return f'<div class="split">{title}<div class="b actions">{held}</div></div>'


# Pages and files


def _pages(taken: dict[str, list[Picture]]) -> Iterator[tuple[str, str]]:
    for language, pictures in taken.items():
        yield f"{language}.html", page(language, "".join(map(figure, pictures)), language=language)
    english = {picture.name: picture for picture in taken["en"]}
    both = ""
    for picture in taken["ja"]:
        pair = [picture, *([english[picture.name]] if picture.name in english else [])]
        shown = "".join(f"<div>{figure(one)}</div>" for one in pair)
        both += f'<h2>{escape(picture.name)}</h2><div class="pair">{shown}</div>'
    yield "index.html", page("What people see", f"<h1>What people see</h1>{both}")


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


_MEASURE = (
    "<script>onload=()=>document.title=[...document.querySelectorAll('figure')]"
    ".map(f=>[f.id,Math.ceil(f.getBoundingClientRect().width),"
    "Math.ceil(f.getBoundingClientRect().height)].join('/')).join(' ')</script>"
)


def _photograph(chromium: str, taken: dict[str, list[Picture]], out: Path) -> list[Path]:
    """A PNG file of each picture, as large as it is."""
    made = []
    with tempfile.TemporaryDirectory() as name:
        run = _runner(chromium, Path(name))
        for language, pictures in taken.items():
            sizes = _sizes(run, Path(name), language, pictures)
            for picture in pictures:
                file = Path(name) / "one.html"
                file.write_text(page("", figure(picture), language=language), encoding="utf-8")
                made.append(out / f"{language}-{picture.name}.png")
                width, height = sizes[picture.name]
                run(
                    f"--screenshot={made[-1]}",
                    f"--window-size={width + 48},{height + 48}",
                    f"--force-device-scale-factor={SCALE if height < 4_000 else 1}",
                    file.as_uri(),
                )
    return made


def _runner(chromium: str, folder: Path) -> Callable[..., str]:
    """Runs the browser; its profile is thrown away."""

    def run(*arguments: str) -> str:
        fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command = [chromium, *fixed, f"--user-data-dir={folder / 'profile'}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return done.stdout

    return run


def _sizes(
    run: Callable[..., str], folder: Path, language: str, pictures: list[Picture]
) -> dict[str, tuple[int, int]]:
    file = folder / "all.html"
    body = "".join(map(figure, pictures)) + _MEASURE
    file.write_text(page("", body, language=language), encoding="utf-8")
    found = re.search(
        r"<title>([^<]*)</title>", run("--window-size=1400,900", "--dump-dom", file.as_uri())
    )
    assert found, "the browser did not tell sizes"
    rows = (row.split("/") for row in found[1].split())
    return {name: (int(width), int(height)) for name, width, height in rows}


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--docs", type=Path, help="where the main pictures are copied to")
    given = parser.parse_args()
    out = given.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    with _indexed() as (index, folder):
        taken = {
            language: Gallery(index, folder, words).take()
            for language, words in (("ja", JA), ("en", EN))
        }
    for name, html in _pages(taken):
        (out / name).write_text(html, encoding="utf-8")
        print(out / name)
    if not (chromium := _chromium()):
        print("no chromium or google-chrome on the PATH: no PNG files")
        return
    made = _photograph(chromium, taken, out)
    print(f"{len(made)} PNG files in {out}")
    if given.docs:
        given.docs.mkdir(parents=True, exist_ok=True)
        for file in made:
            if file.stem.partition("-")[2] in SHOWN_IN_DOCS:
                print(shutil.copy(file, given.docs))


if __name__ == "__main__":
    main()
