"""Documents for the round of consultation: the letter, the sheets of first meetings, mailing, replies, the Board."""

from geo_partnerships.documents.blocks import Block
from geo_partnerships.documents.folder import write_both, write_documents
from geo_partnerships.documents.letter import letter_of
from geo_partnerships.documents.replies import read_replies
from geo_partnerships.documents.text import DEFAULT_TEXT, LetterText, read_text

__all__ = [
    "DEFAULT_TEXT",
    "Block",
    "LetterText",
    "letter_of",
    "read_replies",
    "read_text",
    "write_both",
    "write_documents",
]
