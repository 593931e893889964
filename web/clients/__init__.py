"""What mail programs need to call this one."""
