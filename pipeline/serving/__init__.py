"""Serving the screens to others: who reaches them, who may write there, and what is kept of who wrote."""
