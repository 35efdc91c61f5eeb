"""Rasa's side of the house: understanding, policies, wording, the outgoing guard, the brain."""
