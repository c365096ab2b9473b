"""Signing in through the house's own identity provider: OpenID Connect, the code flow with PKCE, and nothing else.

    config      the settings, read once as the program starts
    provider    discovery, the way there, and the code's exchange: all that goes over the network
    id_token    what an id token must say, and by which key: pure
    errors      what can be wrong on the way
    web         the two addresses: out, and back

Who somebody is here, an order says (`credential.enrol`); the provider says that it is they, and may leave them fewer
roles than orders granted.
"""
