"""Laws are checked without a stopwatch: a busy machine must not fail them."""

from hypothesis import HealthCheck, settings

settings.register_profile("ion without stopwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ion without stopwatch")
