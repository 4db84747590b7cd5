"""What the office says: articles, their editions, pictures and files, and how readers find them.

Answerable for writing, publishing, reading, searching and importing news. Not for who receives it
(network) nor for what people think of it (surveys).
"""
