"""The demonstration: the network of the incident in a database of its own, with made-up people in every role.

It runs on loopback only, in a database that only it made. Everything in it goes through the same verbs as elsewhere.
"""
