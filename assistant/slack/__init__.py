"""The Slack surface: questions of people in Slack, answered in their thread by the same engine.

Events come in through :mod:`assistant.slack.app`, which hands questions to the ledger; the desk takes
them out, answers them and ends each once. Everything is put together in :mod:`assistant.slack.bot`.
"""
