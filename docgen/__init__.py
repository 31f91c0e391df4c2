"""docgen: documentation that a team's own fine-tuned model writes, and that cannot go stale unnoticed.

Map of the package, lowest layer first (a module imports only from lower rows; `tests/test_layers.py` holds it):

    facts report                          the nouns everything shares
    settings document claims readers/*    files and text become data
    brief ledger                          what a section may say; what it said
    metrics corpus/* check score          judging and collecting
    writers/* write                       Briefs become texts, texts become documents
    training/* train                      examples become an adapter (torch)
    cli                                   words and exit codes
"""

__version__ = "0.1.0"
