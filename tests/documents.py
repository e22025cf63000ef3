"""The documents that come with the project, as their definitions say."""

from pipeline.intake.documents import DEFAULT_SOURCES, find_documents

DOCUMENTS = find_documents(DEFAULT_SOURCES).documents
