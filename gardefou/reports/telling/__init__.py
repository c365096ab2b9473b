"""Telling those who reported what became of it: each once, a slice at a time, however many they are.

A closed case leaves one row here, in the transaction that closes it. The worker goes through the case's reports in the
order of their numbers and keeps in that row how far it has come, in the very transaction in which it tells them: killed
at any instant, it goes on where the last one that was committed ends.
"""
