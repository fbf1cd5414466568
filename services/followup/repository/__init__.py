"""What is kept: cases with their timelines and timers, words, reference data, accounts. The only place with SQL."""
