"""The shell's terminal, which is prompt_toolkit's."""
