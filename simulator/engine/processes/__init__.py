"""Who works for a run: processes of this machine, or a cluster."""
