"""The merchant's door: signed events in, a verdict on disk before the answer."""
