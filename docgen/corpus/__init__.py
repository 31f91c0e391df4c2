"""Documents and sources into labelled, split examples; `store` holds the format, `build` the flow."""
