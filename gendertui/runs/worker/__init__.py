"""The process that trains: its entry point, the stages of a run, control requests, the event log."""
