"""Pure readers of texts: what stands in the words, without any decision."""
