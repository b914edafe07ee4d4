"""The shipped contract suite, run over real HTTP against the hosts we can start."""
