"""The demo's own texts, as TOML: what offices post and answer, what citizens write."""
