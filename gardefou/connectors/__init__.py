"""Platforms, one package each: nothing but translation between their tongue and ours."""
