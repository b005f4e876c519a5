"""Whether a claim stands in the words that it cites. No language model takes part."""
