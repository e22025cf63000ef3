"""One ZIP for PCs without a network: the product with every part it needs, what installs it, and what explains it."""
