"""Properties are about answers, not about how busy the machine is: no deadline for one example."""

from hypothesis import HealthCheck, settings

settings.register_profile("guard", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("guard")
