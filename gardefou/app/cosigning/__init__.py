"""The house's side of witnessing: show outsiders each new head of the record, and keep what they sign."""
