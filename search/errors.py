"""What can go wrong in search, named by what the caller can do about it.

SearchError
├── QueryEmpty            ask for a question
├── QueryTooLong          ask for a shorter question
├── ModelUnusable         serve lexically; repair or replace the model folder
├── EncoderBusy           answer 503 and ask to try again shortly
├── PublicationBusy       answer 503; the files are kept, and the next publication has them
├── IndexRefused          serve the previous generation, else lexically; run ``flask index build``
└── FileInvalid           correct the line of synonyms.yaml or pins.yaml that is named
"""


class SearchError(Exception):
    """Any failure of this package."""


class QueryEmpty(SearchError):
    """Nothing is left of the query once it is cleaned."""


class QueryTooLong(SearchError):
    """The query has more characters than are searched."""


class ModelUnusable(SearchError):
    """The embedding model is missing, damaged, or does not do what its folder says."""


class EncoderBusy(SearchError):
    """Too many texts wait for the encoder already."""


class PublicationBusy(SearchError):
    """Another publication, or the encoder, did not become free in time; the old index serves."""


class IndexRefused(SearchError):
    """A generation on disk is incomplete, damaged, or made by another model or recipe."""


class FileInvalid(SearchError):
    """A file of synonyms or pins does not follow its form."""
