"""Who said what, about whom, and where do they stand: a quotation database from news articles."""

__version__ = "0.1.0"
