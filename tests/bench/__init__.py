"""Measurements of speed and cost; `./setup/bench` runs them. No test depends on them."""
