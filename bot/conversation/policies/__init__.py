"""Rasa policies of ours."""
