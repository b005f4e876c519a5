"""Hits -> verified answer -> surface: command line and Slack."""
