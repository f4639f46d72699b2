"""The model archive: its layout, the reader that serves from it and the writer that training uses. No pickle."""
