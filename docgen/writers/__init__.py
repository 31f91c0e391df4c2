"""Briefs into texts. A writer is anything with `write(briefs) -> texts`; `choose_writer` makes one from what was asked for."""
