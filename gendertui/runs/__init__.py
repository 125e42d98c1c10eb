"""A run's folder, its worker process, following and steering it, the probe of devices."""
