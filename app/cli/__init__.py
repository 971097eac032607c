"""The command line: words in, words out; what is done is done elsewhere."""
