"""What every command shares: output, confirmation, exit codes, completion, downloads."""
