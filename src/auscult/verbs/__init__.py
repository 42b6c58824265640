"""The story of each task, one a file: train, report, classify, explore, check and more.

A verb takes plain values, calls the core in order and returns what it found; the edges show it.
"""
