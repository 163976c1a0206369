"""The sources tagger: who is cited in an article, by whom, and what they say."""
