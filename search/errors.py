"""What can go wrong in search, named by what the caller can do about it.

SearchError
├── QueryEmpty            ask for a question
├── QueryTooLong          ask for a shorter question
├── ModelUnusable         serve lexically; repair or replace the model folder
├── EncoderBusy           answer 503 and ask to try again shortly
├── NotPublished          answer 503; the files are kept, and the next publication has them
│   ├── PublicationBusy   publish again later
│   ├── IndexUnwritable   make room on the disk, or mend the rights of the folder
│   └── NotSynced         say that pages are as before; mend the database or the content folder
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


class NotPublished(SearchError):
    """The index does not have what the files say, and the old one serves.

    The database has it, so that what was taken back is gone; save after ``NotSynced``.
    """


class PublicationBusy(NotPublished):
    """Another publication, or the encoder, did not become free in time."""


class IndexUnwritable(NotPublished):
    """A file of the index cannot be written: the disk is full, or the folder is not ours."""


class NotSynced(NotPublished):
    """Not even the database has what the files say: pages go on showing what was there before."""


class IndexRefused(SearchError):
    """A generation on disk is incomplete, damaged, or made by another model or recipe."""


class FileInvalid(SearchError):
    """A file of synonyms or pins does not follow its form."""
