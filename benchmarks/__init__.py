"""Speed and memory, each measured with a peer in the same run."""
