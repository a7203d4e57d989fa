"""The steps of a signing, one verb a file, named as their functions."""
