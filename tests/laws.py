"""Laws are checked without a stopwatch: a busy machine must not fail them. Importing this says so to hypothesis."""

from hypothesis import HealthCheck, settings

settings.register_profile("without stopwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("without stopwatch")
