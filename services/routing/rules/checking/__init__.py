"""What can be wrong with a pack, found all at once and told in the words of those who write packs."""
