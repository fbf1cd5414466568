"""Figures of the routing policy on labelled texts."""
