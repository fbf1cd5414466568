"""Pure decisions: what may be posted, where a place is, how a complaint stands for its passenger, who may see it."""
