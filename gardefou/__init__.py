"""Garde-fou: nobody silences an account that matters alone."""
