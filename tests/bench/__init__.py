"""How fast the road is on this machine, as ratios: full form, naive form and bare minimum in the same run."""
