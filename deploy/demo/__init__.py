"""A demo: realistic complaints in Chinese and English, and some of the work that staff would do on them."""
