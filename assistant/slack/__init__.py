"""The Slack surface: mentions and direct messages, answered in their thread by the same engine."""

from assistant.slack.app import Asker, build_app, run_http, run_socket_mode

__all__ = ["Asker", "build_app", "run_http", "run_socket_mode"]
