"""Examples into an adapter, and the recipe of the embedded base. The only part of docgen that trains."""
