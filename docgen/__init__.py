"""docgen: documentation that a team's own fine-tuned model writes, and that cannot go stale unnoticed.

Map of the package, lowest layer first (a module imports only from lower rows; `tests/test_layers.py` holds it):

    later facts journal report            what everything shares
    settings document claims readers/*    files and text become data
    brief ledger subjects statements      what a section may say; what it said; the plain words for it
    metrics check corpus                  judging and collecting
    writers/* score write                 Briefs become texts, texts become documents and numbers
    training/* train                      examples become an adapter (torch)
    cli                                   words and exit codes
"""

__version__ = "0.1.0"
