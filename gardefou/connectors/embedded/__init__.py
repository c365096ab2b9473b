"""The embedded network as a platform: `platform` is what enforcement does to it, `neighbours` what it tells us."""
