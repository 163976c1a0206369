"""The region tagger: which places an article names, and which countries it is about."""
