"""Reporting's doors: lists, figures, the live stream, the dashboard."""
