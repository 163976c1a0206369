"""Dateline's contract with everybody who reads its topics: record models and the topic table.

Imports pydantic and the standard library only, and only relatively, so that the folder can be copied or packaged alone.
"""
