"""Which llama-index adapter a setting means, and how it is made.

Any OpenAI-compatible server (vLLM, llama.cpp, Ollama, LM Studio, a cloud) is reached by its
address; the others by a name, each with an extra that installs its adapter.
"""

from __future__ import annotations

import ipaddress
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import ConfigurationError
from assistant.writing.transport import HangUp, client

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

OPENAI_LIKE = "openai-like"
FOR_ANSWER = 0.25
"""Share of the context that an answer may take; a weak model may go on for ever, and an answer is
short."""


@dataclass(frozen=True)
class ModelSettings:
    """Which model writes.

    ``llm`` is ``PROVIDER:MODEL`` (anthropic:…, gemini:…, azure:…, bedrock:…, openai-like:…), a
    model's name alone, or the address of an OpenAI-compatible server; ``url`` is that address
    otherwise. ``key`` is never shown. ``seconds`` bounds one answer, ``context`` is in tokens.
    ``trusted`` says that personal data may be sent there.
    """

    llm: str
    url: str | None = None
    key: str = field(default="", repr=False)
    seconds: float = 60.0
    context: int = 8_192
    trusted: bool = False


@dataclass(frozen=True)
class Opened:
    """An adapter, ready: ``structured`` tells whether it may be asked for JSON of a shape.

    ``local`` tells whether it runs on this machine, ``hang_up`` ends a request that is running.
    """

    llm: LLM = field(repr=False)  # it shows the key
    name: str
    structured: bool
    local: bool
    hang_up: HangUp


@dataclass(frozen=True)
class _Adapter:
    module: str
    name: str
    extra: str
    key: str = "api_key"
    base: str | None = None


_ADAPTERS = {
    "anthropic": _Adapter("llama_index.llms.anthropic", "Anthropic", "anthropic", base="base_url"),
    "gemini": _Adapter("llama_index.llms.google_genai", "GoogleGenAI", "gemini"),
    "azure": _Adapter("llama_index.llms.azure_openai", "AzureOpenAI", "azure", base="azure_endpoint"),
    "bedrock": _Adapter("llama_index.llms.bedrock_converse", "BedrockConverse", "bedrock", key=""),
}  # fmt: skip


def open_model(settings: ModelSettings) -> Opened:
    """The adapter that the settings mean.

    Raises:
        ConfigurationError: the adapter is not installed, the server's address is missing, or it
            names no model.
    """
    provider, model, url = _read(settings)
    if provider == OPENAI_LIKE:
        return _openai_like(settings, model, url)
    adapter = _ADAPTERS[provider]
    try:
        made = getattr(import_module(adapter.module), adapter.name)
    except ImportError as error:
        raise ConfigurationError(
            f"llm '{provider}': its adapter is not installed; "
            f"mend: pip install 'minutes-assistant[{adapter.extra}]'"
        ) from error
    options: dict[str, Any] = {"model": model, "temperature": 0.0, "max_retries": 0, "timeout": settings.seconds}  # fmt: skip
    if adapter.key and settings.key:
        options[adapter.key] = settings.key
    if adapter.base and url:
        options[adapter.base] = url
    try:
        llm = made(**{name: value for name, value in options.items() if _takes(made, name)})
    except Exception as error:  # each adapter refuses in its own way
        raise ConfigurationError(
            f"llm '{provider}:{model}': {type(error).__name__}; mend: check the model's name, "
            "MINUTES_LLM_KEY and llm_url"
        ) from error
    return Opened(llm, f"{provider}:{model}", False, False, HangUp())


def _takes(made: Any, name: str) -> bool:
    return name in getattr(made, "model_fields", {name: None}) or name == "api_key"


def _read(settings: ModelSettings) -> tuple[str, str, str | None]:
    """(provider, model, address) of the settings; the model may be empty."""
    text = settings.llm.strip()
    if text.startswith(("http://", "https://")):
        return OPENAI_LIKE, "", text
    provider, colon, model = text.partition(":")
    if colon and provider in (*_ADAPTERS, OPENAI_LIKE):
        return provider, model, settings.url
    return OPENAI_LIKE, text, settings.url


def _openai_like(settings: ModelSettings, model: str, url: str | None) -> Opened:
    if not url:
        raise ConfigurationError(
            f"llm '{settings.llm}': no address of a server; "
            "mend: set llm_url (http://localhost:8080/v1), or name it as PROVIDER:MODEL"
        )
    base = _base(url)
    local = is_local(base)
    name = model or _first_model(base, settings.key)
    from llama_index.llms.openai_like import OpenAILike

    hang_up = HangUp()
    options: dict[str, Any] = {
        "model": name,
        "api_base": base,
        # An empty key would make the adapter look for somebody's OPENAI_API_KEY.
        "api_key": settings.key or "none",
        "is_chat_model": True,
        "context_window": settings.context,
        "temperature": 0.0,
        "max_tokens": int(settings.context * FOR_ANSWER),
        "max_retries": 0,
        "timeout": settings.seconds,
        "http_client": client(settings.seconds, hang_up, trust_env=not local),
    }
    llm = OpenAILike(**options)
    return Opened(llm, PurePath(name).name, True, local, hang_up)


def _base(url: str) -> str:
    """The address of a server's API, which stands under /v1 unless it says otherwise.

    Raises:
        ConfigurationError: it is no address of the web.
    """
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        named = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:  # a port that is none, an address in one bracket
        named = False
    if not named:
        raise ConfigurationError(
            f"llm_url '{url}': no address of a server; mend: write it as http://localhost:8080/v1"
        )
    return parts.geturl() + ("" if parts.path.strip("/") else "/v1")


def is_local(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _first_model(base: str, key: str) -> str:
    """The first model that a server offers, where none is named.

    Raises:
        ConfigurationError: it cannot be asked.
    """
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        f"{base}/models", headers={"Authorization": f"Bearer {key or 'none'}"}
    )
    proxies = urllib.request.ProxyHandler({} if is_local(base) else None)
    try:
        with urllib.request.build_opener(proxies).open(request, timeout=10) as reply:
            return str(json.load(reply)["data"][0]["id"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
        raise ConfigurationError(
            f"{base}: its models cannot be listed ({type(error).__name__}); mend: start the server, "
            "or name the model (llm = 'MODEL', llm_url = 'ADDRESS')"
        ) from error
