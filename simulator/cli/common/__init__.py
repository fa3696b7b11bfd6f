"""What commands share: options, output, exit codes, memory, and the work of those that simulate."""
