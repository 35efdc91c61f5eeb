"""Rasa NLU components of ours."""
