"""What the plugin asks of the world, as Protocols. Implementations stand in the outer rooms."""
