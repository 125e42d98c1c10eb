"""Arrays in, figures out: metrics with intervals, baselines, calibration, reports. Never torch."""
