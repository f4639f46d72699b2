"""The environments' settings: dev.toml and prod.toml, read into frozen objects. Nothing ever falls back."""
