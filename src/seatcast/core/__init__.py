"""What every step shares: labels, the study area, the scenario, streams of random numbers, results."""
